// What a run is compared with: a baseline, a revision.
#pragma once
#include "tool/baseline/baseline.h"
#include "tool/check/options.h"
#include "tool/diff/base.h"
#include "tool/report/reporter.h"

namespace coroguard {

struct Comparison {
  std::optional<Baseline> baseline;
  std::optional<Changes> changes;
};

Comparison openComparison(const CheckOptions &options, const ProjectScope &scope, std::vector<Problem> &problems);

/// What this run can say is gone. Some files without the index of the rest do not show chains through other files; with
/// compiler flags behind "--" there is no rest.
Coverage coverageOf(const CheckOptions &options, const Facts &fresh, const ProjectScope &scope, bool isWhole, bool isIndexed);

/// `baseline update` and `baseline prune`: writes the file. A file that cannot be written is a problem of the report.
void changeBaseline(const CheckOptions &options, Report &report, const Baseline &old, const std::string &root,
                    const Coverage &coverage);

/// Leave out what is known, count it in the report, and say so.
void compareWithBaseline(Report &report, const std::string &file, const Baseline &baseline, const std::string &root,
                         const Coverage &coverage);
void compareWithBase(Report &report, const CheckOptions &options, const Changes &changes, const BaseFindings &before);

/// The units of this run and those of the rest of the project, each with its facts.
std::vector<UnitFacts> unitFacts(const std::vector<Unit> &units, const std::vector<Unit> &others, std::vector<Facts> each);

} // namespace coroguard
