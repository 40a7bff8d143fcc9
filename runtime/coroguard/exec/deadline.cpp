#include "coroguard/exec/deadline.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace coroguard {

namespace {

using seconds = std::chrono::duration<double>;
using clock = std::chrono::steady_clock;

// Longer limits are as good as none, and would overflow the clock's counter.
constexpr seconds longest{1e9};

}  // namespace

deadline::deadline(const time_limit& limit) {
  if (!limit) return;
  if (std::isnan(limit->count())) throw std::invalid_argument("Invalid value NaN (not a number)");
  if (*limit < longest)
    end_ = clock::now() + std::chrono::duration_cast<clock::duration>(std::max(*limit, seconds::zero()));
}

time_limit deadline::remaining() const {
  if (!end_) return std::nullopt;
  return std::max(seconds(*end_ - clock::now()), seconds::zero());
}

}  // namespace coroguard
