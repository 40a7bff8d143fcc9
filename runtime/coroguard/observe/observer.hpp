// What the loop tells whoever watches it. Debug mode is such a watcher; without one each place costs one branch.
#pragma once

#include <chrono>
#include <memory>
#include <cstddef>
#include <optional>
#include <source_location>

namespace coroguard {

class event_loop;
class lag_record;
class ready_item;
class task_core;

// All calls come from the loop's thread, while it runs (where nothing else is said), and must not throw. See event_loop::set_observer.
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
  // Before the first callback of a turn: the loop's time. A turn that an exception ends has no `turn_ends`.
  virtual void turn_begins(std::chrono::nanoseconds /*at*/) {}
  // All that was ready at the beginning of the turn has run.
  virtual void turn_ends() {}
  // After the selector was asked: how long it was allowed to wait (nothing: without limit) and how long it took.
  virtual void polled(std::optional<std::chrono::nanoseconds> /*timeout*/, std::chrono::nanoseconds /*took*/) {}
  // A task's first step begins; it now waits for a future (task_core::waiting_for); it is done, or about to be.
  virtual void task_begins(task_core& /*task*/) {}
  virtual void task_waits(task_core& /*task*/) {}
  virtual void task_ends(task_core& /*task*/) {}
  // add_reader and add_writer.
  virtual void descriptor_added(int /*fd*/, bool /*for_reading*/, std::source_location /*where*/) {}
  // The loop gives its default executor up, which still has so much work. Also while the loop does not run.
  virtual void executor_left(std::size_t /*unfinished*/) {}
  // What loop_lag is made of; null for those who do not keep it.
  virtual const lag_record* lag() const noexcept { return nullptr; }
};

// Debug mode, for the loop that switches it on. Declared here, defined in coroguard/debug/debug_mode.cpp: the loop knows
// only that it is an observer.
std::unique_ptr<observer> make_debug_observer(event_loop& loop);
// What COROGUARD_DEBUG says: 1 is on; 0, empty and unset are off; anything else is off, and once logs what it should be.
bool debug_mode_by_environment();

}  // namespace coroguard
