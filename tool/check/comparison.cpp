#include "tool/check/comparison.h"
#include "tool/files/write.h"
#include "tool/identity/fingerprint.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

namespace coroguard {

void note(const llvm::Twine &text) { llvm::errs() << "coroguard: note: " << text << '\n'; }

std::string counted(size_t count, const char *one, const char *many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

Comparison openComparison(const CheckOptions &options, const ProjectScope &scope, std::vector<Problem> &problems) {
  Comparison comparison;
  bool mayBeMissing = options.use == BaselineUse::Update && !llvm::sys::fs::exists(options.baseline);
  if (!options.baseline.empty())
    comparison.baseline = mayBeMissing ? Baseline() : readBaseline(options.baseline, problems);
  if (!options.diff.empty()) comparison.changes = changesSince(options.diff, scope.root(), problems);
  return comparison;
}

Coverage coverageOf(const CheckOptions &options, const Facts &fresh, const ProjectScope &scope, bool isWhole, bool isIndexed) {
  Coverage coverage{.isWhole = isWhole && !options.intake.hasFlags};
  coverage.rules.insert(options.project.rules.begin(), options.project.rules.end());
  if (isIndexed || (isWhole && options.intake.hasFlags))
    for (StringId unit : fresh.units) coverage.files.emplace(nameInProject(fresh.text(unit), scope.root()));
  return coverage;
}

void changeBaseline(const CheckOptions &options, Report &report, const Baseline &old, const std::string &root,
                    const Coverage &coverage) {
  if (!report.problems.empty()) return note(options.baseline + " is not changed, because something could not be analysed");
  Baseline present = entriesOf(report.diagnostics, root), gone = goneEntries(old, present, coverage), result = old;
  if (options.use == BaselineUse::Update) result = updatedBaseline(old, present, coverage);
  else llvm::erase_if(result, [&](const BaselineEntry &entry) { return llvm::is_contained(gone, entry); });
  if (std::error_code error = writeFile(options.baseline, baselineText(result)))
    return report.problems.push_back(
        {{options.baseline}, "the baseline cannot be written: " + error.message(), "make room, or choose another file"});
  llvm::outs() << options.baseline << ": " << counted(result.size(), "entry", "entries") << ", "
               << result.size() + gone.size() - old.size() << " added, " << gone.size() << " removed\n";
}

void compareWithBaseline(Report &report, const std::string &file, const Baseline &baseline, const std::string &root,
                         const Coverage &coverage) {
  Baseline present = entriesOf(report.diagnostics, root);
  size_t before = report.diagnostics.size();
  takeCovered(report.diagnostics, baseline, root);
  report.covered = before - report.diagnostics.size();
  report.gone = goneEntries(baseline, present, coverage).size();
  std::string text = counted(report.covered, "finding is", "findings are") + " covered by " + file;
  if (report.gone > 0)
    text += "; " + counted(report.gone, "entry of it no longer occurs", "entries of it no longer occur") +
            " ('coroguard baseline prune' removes them)";
  note(text);
}

void compareWithBase(Report &report, const CheckOptions &options, const Changes &changes, const BaseFindings &before) {
  report.unchanged = keepNew(report.diagnostics, changes, before);
  if (report.unchanged > 0)
    note(counted(report.unchanged, "finding is", "findings are") + " left out: neither new since " + options.diff +
         " nor on a changed line");
  if (before.failed > 0)
    note(counted(before.failed, "translation unit", "translation units") + " could not be analysed as of " + options.diff +
         "; old findings there may be reported as new");
}

std::vector<UnitFacts> unitFacts(const std::vector<Unit> &units, const std::vector<Unit> &others, std::vector<Facts> each) {
  std::vector<UnitFacts> all;
  for (size_t i = 0; i < each.size(); ++i)
    all.push_back({i < units.size() ? &units[i] : &others[i - units.size()], std::move(each[i])});
  return all;
}

} // namespace coroguard
