// A thread that looks a few times a second at what no loop sees by itself: a loop that only waits, a thread pool that is stuck.
// Runs while some loop in debug mode does.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <chrono>

namespace coroguard {

class tick_target {
public:
  // In the ticker's thread. Quick, and does not report.
  virtual void tick(std::chrono::nanoseconds now) noexcept = 0;

protected:
  ~tick_target() = default;
};

namespace ticker {

void add(tick_target& target);
// No tick is under way afterwards.
void remove(tick_target& target) noexcept;
// The distance between ticks is chosen again.
void wake() noexcept;

}  // namespace ticker

}  // namespace coroguard
