// How long the callbacks of a turn take, mostly without reading the clock.
// Not in <coroguard/runtime.hpp>: only the library needs it.
//
// A reading of the clock costs twice what a callback does. The kernel's coarse clock costs a quarter, and moves in steps of a few
// milliseconds: while it stands still after a callback, that one took less than a step, and nothing that debug mode would tell. When
// it has moved, the clock is read. Then the time since the last reading counts as that of the callback: too much by a step at most,
// for short ones that ran before it in the same step. Where a step is not small against what is slow, and with a clock of the
// user's, the clock is read after each callback.
#pragma once

#include <time.h>

#include <chrono>
#include <optional>
#include <utility>

#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

class turn_clock {
public:
  explicit turn_clock(event_loop& loop) : clock_(loop.its_clock()), coarse_(clock_.coarse()) {
    timespec step{};
    if (coarse_ && ::clock_getres(*coarse_, &step) == 0) step_ = nanoseconds_of(step);
  }

  // `limit`: what takes so long is slow.
  void turn_begins(std::chrono::nanoseconds limit) noexcept {
    exact_ = !coarse_ || limit < 16 * step_;
    if (moved()) lap();
  }
  // For the rest of the turn.
  void be_exact() noexcept { exact_ = true; }

  // False: the callback that ends here took less than a step.
  bool moved() const noexcept { return exact_ || read_coarse() != seen_; }
  // Since the last time, or the beginning of the turn.
  std::chrono::nanoseconds lap() noexcept {
    if (coarse_) seen_ = read_coarse();
    const time_point now = clock_.now();
    return now - std::exchange(last_, now);
  }

private:
  static std::chrono::nanoseconds nanoseconds_of(const timespec& time) noexcept {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  std::chrono::nanoseconds read_coarse() const noexcept {
    timespec now;
    ::clock_gettime(*coarse_, &now);
    return nanoseconds_of(now);
  }

  clock& clock_;
  const std::optional<clockid_t> coarse_;
  std::chrono::nanoseconds step_{};
  std::chrono::nanoseconds seen_{};  // on the coarse clock, just before last_
  time_point last_{};
  bool exact_ = true;
};

}  // namespace coroguard
