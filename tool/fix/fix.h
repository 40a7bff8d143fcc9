// --fix, --unsafe-fixes and --diff-fixes around a check, which is run again until nothing more can be fixed.
#pragma once
#include "tool/report/reporter.h"
#include <functional>

namespace coroguard {

struct FixOptions {
  bool apply = false;      // --fix
  bool withUnsafe = false; // --unsafe-fixes: also those that change what the program does
  bool onlyShow = false;   // --diff-fixes: print what would be changed, and change nothing
};

/// Checks, applies fixes and checks again, so that what is reported is what remains. A fix behind which something cannot
/// be analysed that could be before is taken back, and that is a problem of the report; the others stay.
Report checkAndFix(const FixOptions &options, const std::function<Report()> &check);

/// Prints what --fix would change, as a unified diff. Problems with files are added to the report. The number of findings
/// it would fix.
size_t showFixes(const FixOptions &options, const std::function<Report()> &check, Report &report, llvm::raw_ostream &out);

} // namespace coroguard
