// All units through the front end, in workers, and their facts merged.
#pragma once
#include "tool/cache/unit_cache.h"
#include "tool/run/analyse.h"
#include "tool/run/workers.h"

namespace coroguard {

struct AllUnits : UnitResult {
  size_t parsed = 0;      // units that went through the front end: all without a cache
  size_t onShared = 0;    // ... of which so many on top of shared headers
  size_t precompiled = 0; // groups of headers that were made for them
  std::string cacheFault; // why something could not be stored; empty: nothing went wrong
};

/// Every unit has its facts in the result or a problem that says what became of it. Units whose results `cache` knows
/// are not parsed. To `each`, when given, the facts of each unit are added, in the order of the units.
AllUnits analyseAll(const std::vector<Unit> &units, const ExtractOptions &options, const WorkerOptions &workers,
                    UnitCache *cache = nullptr, std::vector<Facts> *each = nullptr);

} // namespace coroguard
