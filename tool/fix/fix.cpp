#include "tool/fix/fix.h"
#include "tool/fix/rewrite.h"
#include "tool/fix/unified_diff.h"
#include "tool/report/source_text.h"
#include <llvm/ADT/STLExtras.h>
#include <set>

namespace coroguard {
namespace {

constexpr int mostPasses = 10; // two fixes that undo each other must not go on forever

class Fixer {
public:
  Fixer(const FixOptions &options, const std::function<Report()> &check) : options(options), check(check) {}

  Report run() {
    FileTime analysed = fileTimeNow();
    Report report = check();
    for (int pass = 0; pass < mostPasses; ++pass) {
      std::vector<Rewrite> written = write(report, analysed);
      if (written.empty()) break;
      analysed = fileTimeNow();
      Report next = check();
      bool isBroken = next.problems.size() > report.problems.size();
      report = isBroken ? takeBack(written, next) : std::move(next);
      if (isBroken) break;
      for (const Rewrite &rewrite : written) fixed += rewrite.findings;
    }
    report.fixed = fixed;
    llvm::append_range(report.problems, problems);
    return report;
  }

private:
  std::vector<Rewrite> write(const Report &report, FileTime analysed) {
    FixPlan plan = planFixes(report.diagnostics, options.withUnsafe);
    for (const Problem &problem : problems) plan.erase(problem.location.file); // it is said once
    std::vector<Rewrite> rewrites = readForEdits(plan, analysed, problems);
    llvm::erase_if(rewrites, [&](const Rewrite &rewrite) { return !writeInPlace(rewrite.file, rewrite.after, problems); });
    return rewrites;
  }

  Report takeBack(const std::vector<Rewrite> &written, const Report &broken) {
    for (const Rewrite &rewrite : written) {
      if (!writeInPlace(rewrite.file, rewrite.before, problems)) continue;
      const Problem &why = broken.problems.back();
      problems.push_back({{rewrite.file}, "fixes were taken back: with them " + why.location.file + ":" + std::to_string(why.location.line) +
                           ": " + why.message, "apply them one at a time in an editor, or run without --unsafe-fixes"});
    }
    return check();
  }

  const FixOptions &options;
  const std::function<Report()> &check;
  std::vector<Problem> problems;
  size_t fixed = 0;
};

} // namespace

Report checkAndFix(const FixOptions &options, const std::function<Report()> &check) { return Fixer(options, check).run(); }

size_t showFixes(const FixOptions &options, const std::function<Report()> &check, Report &report, llvm::raw_ostream &out) {
  FileTime analysed = fileTimeNow();
  report = check();
  FixPlan plan = planFixes(report.diagnostics, options.withUnsafe);
  SourceText names;
  size_t findings = 0;
  for (const Rewrite &rewrite : readForEdits(plan, analysed, report.problems)) {
    out << unifiedDiff(names.displayName(rewrite.file).ltrim('/').str(), rewrite.before, plan[rewrite.file].edits);
    findings += rewrite.findings;
  }
  return findings;
}

} // namespace coroguard
