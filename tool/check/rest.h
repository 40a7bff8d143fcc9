// The rest of the project, for a run over some of its files: what they call, and who calls them.
#pragma once
#include "tool/run/analyse_all.h"
#include "tool/run/project.h"

namespace coroguard {

struct Rest {
  std::vector<Unit> units;  // that an earlier run has analysed, as they are today
  AllUnits result;          // their facts; their problems are not this run's
  size_t unknown = 0;       // units that no run has analysed
  bool isIndexBroken = false;

  /// Can what this run finds be all that there is?
  bool isComplete() const { return unknown == 0 && result.problems.empty(); }
};

/// The units that were not asked for and that the index or the cache knows. Of those whose inputs, flags, models or excluded
/// folders are as they were the cache has the facts; the others are analysed again. To `each` the facts of each are added.
Rest analyseRest(const Project &project, const ExtractOptions &extract, const WorkerOptions &workers, UnitCache *cache,
                 std::vector<Facts> *each, std::vector<Problem> &problems);

/// What is not known is said: fewer findings must not look like a better project.
void noteMissing(const Rest &rest);

} // namespace coroguard
