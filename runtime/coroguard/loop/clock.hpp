// The loop's time. One clock serves timers, timeouts and debug mode, so that tests replace it in one place.
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

namespace coroguard {

// A duration as asyncio's functions take it. 10ms and 1.5s convert to it. Not a number is refused where it matters.
using seconds = std::chrono::duration<double>;

// A point on an event loop's clock, in nanoseconds since some fixed moment. Compare it only with points of that loop.
struct loop_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<loop_clock>;
  static constexpr bool is_steady = true;
};
using time_point = loop_clock::time_point;

class clock {
public:
  virtual ~clock() = default;
  virtual time_point now() noexcept = 0;
  // Timers that are due within this span after now are due now.
  virtual std::chrono::nanoseconds resolution() const noexcept { return std::chrono::nanoseconds(1); }
  // A clock of the kernel that shows the same time but moves in steps, and is read in less time; nothing: there is none.
  virtual std::optional<clockid_t> coarse() const noexcept { return std::nullopt; }
};

// CLOCK_MONOTONIC.
class monotonic_clock final : public clock {
public:
  time_point now() noexcept override {
    return time_point(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()));
  }
  std::optional<clockid_t> coarse() const noexcept override { return CLOCK_MONOTONIC_COARSE; }
};

// `delay` in whole nanoseconds, cut off at a hundred years either way. A negative one stays negative: of two timers that
// are late, the one that is more so comes first.
// Throws std::invalid_argument for NaN: "Invalid delay: NaN (not a number)".
inline std::chrono::nanoseconds to_nanoseconds(seconds delay) {
  if (delay != delay) throw std::invalid_argument("Invalid delay: NaN (not a number)");
  constexpr seconds longest{100.0 * 365 * 24 * 3600};
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::clamp(delay, -longest, longest));
}

}  // namespace coroguard
