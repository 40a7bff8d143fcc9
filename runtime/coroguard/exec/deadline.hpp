// How long a thread may block.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace coroguard {

// Seconds that a call may block; nothing means without limit. Zero and less: look once, never block.
using time_limit = std::optional<std::chrono::duration<double>>;

// A time limit that began when the object was made, on the monotonic clock.
class deadline {
public:
  // Throws std::invalid_argument for NaN.
  explicit deadline(const time_limit& limit);

  // False when the deadline passed before `condition` became true. `condition` is called with `lock` held.
  template <class Condition>
  bool wait(std::condition_variable& changed, std::unique_lock<std::mutex>& lock, Condition condition) const {
    if (end_) return changed.wait_until(lock, *end_, condition);
    changed.wait(lock, condition);
    return true;
  }

  // What is left of it.
  time_limit remaining() const;

private:
  std::optional<std::chrono::steady_clock::time_point> end_;
};

}  // namespace coroguard
