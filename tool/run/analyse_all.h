// All units through the front end, in workers, and their facts merged.
#pragma once
#include "tool/run/analyse.h"
#include "tool/run/workers.h"

namespace coroguard {

/// Every unit has its facts in the result or a problem that says what became of it.
UnitResult analyseAll(const std::vector<Unit> &units, const ExtractOptions &options, const WorkerOptions &workers);

} // namespace coroguard
