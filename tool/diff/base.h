// The findings that the project had before the changes.
#pragma once
#include "rules/evaluate.h"
#include "tool/diff/changes.h"
#include "tool/run/analyse.h"
#include "tool/run/workers.h"
#include <functional>
#include <set>

namespace coroguard {

/// A unit of the project with the facts that it has today.
struct UnitFacts {
  const Unit *unit = nullptr;
  Facts facts;
};

struct BaseFindings {
  std::set<std::string> fingerprints;
  size_t failed = 0; // units that could not be analysed as they were
};

/// Analyses the units that read a changed file once more, with the files as they were, joins them with the facts of the
/// others, and judges them as the run does today's program.
BaseFindings findingsBefore(const Changes &changes, std::vector<UnitFacts> units, const ExtractOptions &extract,
                            const WorkerOptions &workers, const std::string &projectRoot,
                            const std::function<std::vector<Diagnostic>(const Program &)> &judge);

/// Leaves the findings on changed lines and those that were not there before. Returns how many are gone.
size_t keepNew(std::vector<Diagnostic> &findings, const Changes &changes, const BaseFindings &before);

} // namespace coroguard
