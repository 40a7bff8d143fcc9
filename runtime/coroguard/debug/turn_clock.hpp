// How long the callbacks of a turn take, mostly without reading the clock.
// Not in <coroguard/runtime.hpp>: only the library needs it.
//
// Reading the clock costs twice what a callback does. The kernel's coarse clock costs a fifth of that and moves in steps of a few
// milliseconds: while it stands still after a callback, that one took less than a step, which is nothing to tell of. When it has
// moved beyond the last reading of the clock, that is read, and the time between both counts as that of the callback: too much by a
// step at most, for what ran before it in the same step. Where a step is not small against what is slow, and with a clock of the user's, the clock
// is read after each callback. See docs/runtime/debug-cost.md.
#pragma once

#include <time.h>

#include <chrono>
#include <optional>
#include <utility>

#include "coroguard/loop/clock.hpp"

namespace coroguard {

class turn_clock {
public:
  explicit turn_clock(clock& exact);

  // `limit`: what takes so long is slow. Turns follow each other without a pause, unless one of the next two was called.
  void turn_begins(std::chrono::nanoseconds limit) noexcept {
    exact_ = !coarse_ || limit < 16 * step_;
    if (std::exchange(paused_, false) || exact_) lap();
  }
  void paused() noexcept { paused_ = true; }
  // The same, at a time that somebody has read.
  void paused_until(std::chrono::nanoseconds at) noexcept { last_ = time_point(at); }
  // For the rest of the turn.
  void be_exact() noexcept { exact_ = true; }

  // False: the callback that ends here took less than a step.
  bool moved() const noexcept { return exact_ || read_coarse() > last_.time_since_epoch(); }
  // Since the last time, or the beginning of the turn.
  std::chrono::nanoseconds lap() noexcept {
    const time_point now = clock_.now();
    return now - std::exchange(last_, now);
  }

private:
  using reader = int (*)(clockid_t, timespec*);

  static reader fastest_reader() noexcept;
  static std::chrono::nanoseconds nanoseconds_of(const timespec& time) noexcept {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  std::chrono::nanoseconds read_coarse() const noexcept {
    timespec now{};
    read_(*coarse_, &now);
    return nanoseconds_of(now);
  }

  clock& clock_;
  const std::optional<clockid_t> coarse_;
  const reader read_;
  std::chrono::nanoseconds step_{};
  time_point last_{};
  bool exact_ = true;
  bool paused_ = true;
};

}  // namespace coroguard
