// Which units share which headers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace coroguard {

/// Headers are numbers here; a unit is the ordered list of those it includes.
using HeaderList = std::vector<size_t>;

struct Sharing {
  HeaderList headers;         // every one of `units` includes them, in this order
  std::vector<size_t> units;  // into the lists, ascending
};

struct SharingTerms {
  size_t leastUnits = 3;
  uint64_t leastWeight = 0;
};

/// Each unit is in one group at most. `weight` says what a list of headers costs together.
std::vector<Sharing> chooseSharing(const std::vector<HeaderList> &lists, const SharingTerms &terms,
                                   const std::function<uint64_t(const HeaderList &)> &weight);

/// The longest list that is a part of both, in order.
HeaderList commonPart(const HeaderList &a, const HeaderList &b);

} // namespace coroguard
