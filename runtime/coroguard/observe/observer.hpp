// What the loop tells whoever watches it. Debug mode is such a watcher; without one each place costs one branch.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <source_location>

namespace coroguard {

// False in a build with COROGUARD_WITHOUT_OBSERVER (a CMake option of that name): the loop then tells nobody anything, and debug
// mode cannot be switched on. All of a program has to be built the same way. The one place that looks at the macro: what else
// depends on it asks event_loop::get_debug, which is then false for the compiler, too.
#ifdef COROGUARD_WITHOUT_OBSERVER
inline constexpr bool with_observer = false;
#else
inline constexpr bool with_observer = true;
#endif

class event_loop;
class lag_record;
class ready_item;
class ready_queue;
class task_core;

// All calls come from the loop's thread, while it runs where nothing else is said, and must not throw. See event_loop::set_observer.
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
  // The loop's time, just before the selector is asked; and when timers that are due are queued.
  virtual void polls(std::chrono::nanoseconds /*at*/) {}
  virtual void timers_due(std::chrono::nanoseconds /*at*/) {}
  // After the selector was asked: how long it was allowed to wait (nothing: without limit) and how long it took.
  virtual void polled(std::optional<std::chrono::nanoseconds> /*timeout*/, std::chrono::nanoseconds /*took*/) {}
  // A task's first step begins; it now waits for a future (task_core::waiting_for); it is done, or about to be.
  virtual void task_begins(task_core& /*task*/) {}
  virtual void task_waits(task_core& /*task*/) {}
  virtual void task_ends(task_core& /*task*/) {}
  // add_reader and add_writer. Also while the loop does not run.
  virtual void descriptor_added(int /*fd*/, bool /*for_reading*/, std::source_location /*where*/) {}
  // The loop gives its default executor up, which still has so much work. Also while the loop does not run.
  virtual void executor_left(std::size_t /*unfinished*/) {}
  // What loop_lag is made of; null for those who do not keep it.
  virtual const lag_record* lag() const noexcept { return nullptr; }
};

// Debug mode: an observer that the loop leaves the callbacks of a turn to. Two calls of an observer for each of them, and a
// clock to say how long it took, would cost more than the callbacks.
class turn_observer : public observer {
public:
  // Runs the items in their order. When it returns before the queue is empty, debug mode was switched off meanwhile. Throws
  // what an item throws; the rest is then left in the queue.
  virtual void run_turn(ready_queue& batch) = 0;
};

// Debug mode, for the loop that switches it on. Declared here, defined in coroguard/debug/debug_mode.cpp: the loop knows
// only what it is for an observer.
std::unique_ptr<turn_observer> make_debug_observer(event_loop& loop);

// What COROGUARD_DEBUG says: 1, 0, throw (on, and reports throw: thrown_reports.hpp). Empty and unset say nothing; so does
// anything else, which once logs what it should be.
enum class debug_setting { unsaid, off, on, throws };
debug_setting debug_by_environment() noexcept;
// Whether a loop begins in debug mode: what the environment says; where that says nothing, what was set last; off at first.
// Any thread. Setting it returns what was set before, and changes no loop that exists.
bool debug_by_default() noexcept;
bool set_debug_by_default(bool on) noexcept;

}  // namespace coroguard
