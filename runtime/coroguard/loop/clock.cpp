#include "coroguard/loop/clock.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace coroguard {

std::chrono::nanoseconds to_nanoseconds(seconds delay) {
  if (std::isnan(delay.count())) throw std::invalid_argument("Invalid delay: NaN (not a number)");
  constexpr seconds longest{100.0 * 365 * 24 * 3600};
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::clamp(delay, -longest, longest));
}

}  // namespace coroguard
