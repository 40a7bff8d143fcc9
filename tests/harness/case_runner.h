// Runs the whole line over a case and compares what was found with what the case says.
#pragma once
#include "diagnostic.h"
#include "harness/expectations.h"
#include <string>
#include <vector>

namespace coroguard::testing {

struct CaseRun {
  std::vector<Diagnostic> diagnostics;
  std::vector<Problem> problems;
  std::string facts;
};

/// Analyses the parts of a case (written below `folder`) as one program. `mock` names a folder of tests/mock, or is
/// empty. All rules run, those that are off by default too.
CaseRun runCase(const std::vector<Part> &parts, const std::vector<std::string> &flags, const std::string &mock,
                const std::string &folder, bool skipForeignBodies = true);

/// Every difference, one line each; empty: the case holds.
std::vector<std::string> compare(const CaseText &text, const CaseRun &run);

} // namespace coroguard::testing
