// All units through the front end, in workers, and their facts merged.
#pragma once
#include "tool/run/analyse.h"
#include "tool/run/workers.h"

namespace coroguard {

/// Every unit has its facts in the result or a problem that says what became of it. To `each`, when given, the facts of
/// each unit are added, in the order of the units.
UnitResult analyseAll(const std::vector<Unit> &units, const ExtractOptions &options, const WorkerOptions &workers,
                      std::vector<Facts> *each = nullptr);

} // namespace coroguard
