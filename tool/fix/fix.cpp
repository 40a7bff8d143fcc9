#include "tool/fix/fix.h"
#include "tool/fix/rewrite.h"
#include "tool/fix/unified_diff.h"
#include "tool/report/source_text.h"
#include <llvm/ADT/STLExtras.h>
#include <set>

namespace coroguard {
namespace {

constexpr int mostPasses = 10;   // two fixes that undo each other must not go on forever
constexpr int mostNarrowed = 40; // each costs a check

/// Applies what can be applied. When something cannot be analysed any more behind that, only half of the fixes in the
/// files at fault are tried, and so on: what breaks the code by itself is left out.
class Fixer {
public:
  Fixer(const FixOptions &options, const std::function<Report()> &check) : options(options), check(check) {}

  Report run() {
    FileTime analysed = fileTimeNow();
    Report report = check();
    bool isBack = false; // what the last check has seen is not what is there
    for (int passes = 0; passes < mostPasses;) {
      std::vector<Rewrite> written = write(report, analysed);
      if (written.empty()) break;
      analysed = fileTimeNow();
      Report next = check();
      isBack = next.problems.size() > report.problems.size();
      if (isBack) {
        takeBack(written, next, report);
        analysed = fileTimeNow();
        continue;
      }
      for (const Rewrite &rewrite : written) fixed += rewrite.findings;
      report = std::move(next);
      suspects.clear();
      ++passes;
    }
    if (isBack) report = check();
    report.fixed = fixed;
    llvm::append_range(report.problems, unwritable);
    llvm::append_range(report.problems, broken);
    return report;
  }

private:
  std::vector<Rewrite> write(const Report &report, FileTime analysed) {
    tried.clear();
    size_t left = atOnce;
    FixPlan plan = planFixes(report.diagnostics, options.withUnsafe, [&](const Fix &fix) {
      auto isIn = [&](const Problem &problem) { return problem.location.file == fix.edits.front().begin.file; };
      if (llvm::is_contained(refused, fix.edits) || llvm::any_of(unwritable, isIn)) return false; // it is said once
      if (isSuspect(fix)) {
        if (left == 0) return false;
        --left;
      }
      tried.push_back(fix);
      return true;
    });
    std::vector<Rewrite> rewrites = readForEdits(plan, analysed, unwritable);
    llvm::erase_if(rewrites, [&](const Rewrite &rewrite) { return !writeInPlace(rewrite.file, rewrite.after, unwritable); });
    return rewrites;
  }

  bool isSuspect(const Fix &fix) const { return suspects.contains(fix.edits.front().begin.file); }

  void takeBack(const std::vector<Rewrite> &written, const Report &behind, const Report &before) {
    const Problem *why = &behind.problems.back();
    for (const Problem &problem : behind.problems) {
      const std::string &file = problem.location.file;
      auto isSame = [&](const Problem &other) { return other.location.file == file && other.message == problem.message; };
      auto isFile = [&](const Rewrite &rewrite) { return rewrite.file == file; };
      if (llvm::any_of(before.problems, isSame) || llvm::none_of(written, isFile)) continue;
      suspects.insert(file);
      why = &problem;
    }
    auto isTried = [&](const Fix &fix) { return isSuspect(fix); };
    bool isElsewhere = llvm::none_of(tried, isTried); // in what includes one of them
    for (const Rewrite &rewrite : written) {
      writeInPlace(rewrite.file, rewrite.before, unwritable);
      if (isElsewhere) suspects.insert(rewrite.file);
    }
    narrow(llvm::count_if(tried, isTried), *why);
  }

  /// Fewer fixes at once, or without the one that is left.
  void narrow(size_t count, const Problem &why) {
    atOnce = count / 2;
    if (count > 1 && ++narrowed < mostNarrowed) return;
    for (const Fix &fix : tried) {
      if (!isSuspect(fix)) continue;
      refused.push_back(fix.edits);
      std::string place = why.location.file + ":" + std::to_string(why.location.line);
      broken.push_back({fix.edits.front().begin, "'" + fix.title + "' was taken back: with it " + place + ": " + why.message,
                        "make it by hand, with what else it needs"});
    }
    suspects.clear();
  }

  const FixOptions &options;
  const std::function<Report()> &check;
  std::vector<Problem> unwritable, broken;
  std::set<std::string> suspects;          // the files whose fixes are tried piece by piece
  size_t atOnce = 0;                       // so many of them
  int narrowed = 0;
  std::vector<Fix> tried;                  // by the last pass
  std::vector<std::vector<Edit>> refused;
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
