// What the loop tells whoever watches it. Debug mode is such a watcher; without one each place costs one branch.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

namespace coroguard {

class event_loop;
class ready_item;

// All calls come from the loop's thread, while it runs, and must not throw. See event_loop::set_observer.
class observer {
public:
  virtual ~observer() = default;
  // The loop begins to run in this thread, and ends to. Debug mode gets `runs` also when it is switched on while the loop runs.
  virtual void runs() {}
  virtual void stopped() {}
  // Around each callback and each step of a task. The item may be gone when `callback_ends` is called. How long it took is
  // measured with the loop's clock.
  virtual void callback_begins(const ready_item& /*item*/) {}
  virtual void callback_ends(std::chrono::nanoseconds /*took*/) {}
  // All that was ready at the beginning of the turn has run.
  virtual void turn_ends() {}
  // After the selector was asked: how long it was allowed to wait (nothing: without limit) and how long it took.
  virtual void polled(std::optional<std::chrono::nanoseconds> /*timeout*/, std::chrono::nanoseconds /*took*/) {}
};

// Debug mode, for the loop that switches it on. Declared here, defined in coroguard/debug/debug_mode.cpp: the loop knows
// only that it is an observer.
std::unique_ptr<observer> make_debug_observer(event_loop& loop);

// What COROGUARD_DEBUG says: 1, 0, throw (on, and reports throw: thrown_reports.hpp). Empty and unset say nothing; so does
// anything else, which once logs what it should be.
enum class debug_setting { unsaid, off, on, throws };
debug_setting debug_by_environment() noexcept;
// Whether a loop begins in debug mode: what the environment says; where that says nothing, what was set last; off at first.
// Any thread. Setting it returns what was set before, and changes no loop that exists.
bool debug_by_default() noexcept;
bool set_debug_by_default(bool on) noexcept;

}  // namespace coroguard
