// What the loop tells whoever watches it. Debug mode is such a watcher; without one each place costs one branch.
#pragma once

#include <chrono>
#include <optional>

namespace coroguard {

class ready_item;

// All calls come from the loop's thread, while it runs, and must not throw. See event_loop::set_observer.
class observer {
public:
  virtual ~observer() = default;
  // Around each callback and each step of a task. The item describes itself; it may be gone when `callback_ends` is called.
  virtual void callback_begins(const ready_item& /*item*/) {}
  virtual void callback_ends() {}
  // After the selector was asked: how long it was allowed to wait (nothing: without limit) and how long it took.
  virtual void polled(std::optional<std::chrono::nanoseconds> /*timeout*/, std::chrono::nanoseconds /*took*/) {}
};

}  // namespace coroguard
