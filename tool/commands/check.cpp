// Long because it is the table of contents of 'coroguard check', from compile commands to a report.
#include "tool/commands/check.h"
#include "facts/files.h"
#include "tool/check/comparison.h"
#include "tool/check/declare.h"
#include "tool/check/rest.h"
#include "tool/commands/write_report.h"
#include "tool/files/write.h"
#include "tool/identity/fingerprint.h"
#include "tool/judge/judge.h"
#include "tool/run/analyse_all.h"
#include "tool/statistics/profile.h"
#include "tool/statistics/statistics.h"
#include "tool/suppress/insert.h"
#include <unistd.h>

namespace coroguard {
namespace {

void showProgress(size_t done, size_t total) {
  if (done < total) std::fprintf(stderr, "\r[%zu/%zu] analysed", done, total);
  else std::fprintf(stderr, "\r\033[K");
}

WorkerOptions workerOptions(const CheckOptions &options) {
  WorkerOptions workers{.jobs = options.jobs,
                        .sharedBy = options.sharedBy,
                        .timeLimit = std::chrono::milliseconds(long(options.timeLimit * 1000))};
  if (isatty(STDERR_FILENO)) workers.progress = showProgress;
  return workers;
}

/// A run over some files of a project sees the rest through the index, as an editor does, and reports on these files.
void keepFindingsOf(const Facts &fresh, std::vector<Diagnostic> &diagnostics) {
  std::set<std::string, std::less<>> files;
  for (const Function &function : fresh.functions) files.emplace(fresh.text(function.place.file));
  llvm::erase_if(diagnostics, [&](const Diagnostic &diagnostic) { return !files.count(diagnostic.location.file); });
}

/// None when the run is to leave nothing in the project, unless the user names a place.
std::optional<UnitCache> cacheOf(const CheckOptions &options, const Project &project, const ExtractOptions &extract) {
  bool leavesNothing = options.noIndex || options.intake.hasFlags || project.intake.units.empty();
  if (options.noCache || (options.cacheFolder.empty() && leavesNothing)) return std::nullopt;
  std::string folder = options.cacheFolder.empty() ? project.scope.root() + "/.coroguard/cache" : options.cacheFolder;
  return std::optional<UnitCache>(std::in_place, folder, options.cacheSize << 20, extract, project.scope.excludedFolders());
}

/// The units that were asked for, and what is known of the others.
struct Analysis {
  AllUnits asked;
  Rest rest;
  std::vector<Facts> each; // of the units, then of the rest's, when somebody wants them
};

Analysis analyseUnits(const CheckOptions &options, const Project &project, const ExtractOptions &extract, bool wantsEach,
                      std::vector<Problem> &problems) {
  Analysis all;
  std::optional<UnitCache> cache = cacheOf(options, project, extract);
  UnitCache *used = cache ? &*cache : nullptr;
  std::vector<Facts> *each = wantsEach ? &all.each : nullptr;
  const std::vector<Unit> &units = project.intake.units;
  all.asked = analyseAll(units, extract, workerOptions(options), used, each);
  llvm::append_range(problems, all.asked.problems);
  if (project.intake.isPartial && !options.noIndex)
    all.rest = analyseRest(project, extract, workerOptions(options), used, each, problems);
  noteMissing(all.rest);
  const std::string &fault = all.asked.cacheFault.empty() ? all.rest.result.cacheFault : all.asked.cacheFault;
  if (!fault.empty()) note("the cache could not be written to " + cache->folder() + ": " + fault);
  if (options.verbose)
    llvm::errs() << "coroguard: " << all.asked.parsed + all.rest.result.parsed << " of "
                 << units.size() + all.rest.units.size() << " translation units parsed\n";
  if (size_t onShared = all.asked.onShared + all.rest.result.onShared; options.verbose && onShared > 0)
    llvm::errs() << "coroguard: " << onShared << " of them on top of shared headers ("
                 << all.asked.precompiled + all.rest.result.precompiled << " precompiled)\n";
  return all;
}

/// --add-suppressions: what was found is accepted, and says so where it stands.
void acceptFindings(const CheckOptions &options, Report &report) {
  if (!options.addSuppressions) return;
  CommentStyle style = options.noLint ? CommentStyle::NoLint : CommentStyle::Allow;
  Insertion added = addSuppressions(report.diagnostics, options.reason, style, report.problems);
  note("suppressed " + std::to_string(added.findings) + " findings in " + std::to_string(added.files) + " files");
}

/// Where people read, or beside the report when that is for programs.
void writeStatistics(const Report &report, const CheckOptions &options, const std::string &root, Profile &profile) {
  profile.stop();
  bool isReportText = options.format == "text" && options.output.empty();
  if (options.statistics) print(count(report.diagnostics, root), profile.total(), isReportText ? llvm::outs() : llvm::errs());
  if (options.profile == "-") return profile.print(llvm::errs());
  if (options.profile.empty()) return;
  std::string text;
  llvm::raw_string_ostream out(text);
  profile.writeJson(out);
  out.flush();
  if (std::error_code error = writeFile(options.profile, text)) note("the profile cannot be written: " + error.message());
}

int exitCode(const Report &report, const CheckOptions &options) {
  if (!report.problems.empty()) return NotAnalysed;
  bool found = llvm::any_of(report.diagnostics, [](const Diagnostic &d) { return d.severity != Severity::Info; });
  return found && !options.exitZero ? Findings : Clean;
}

/// Once through all. Sets `root` to the project's.
Report checkOnce(const CheckOptions &options, Profile &profile, std::string &root) {
  profile.phase("configuration and compile commands");
  Report report;
  Project project = openProject(options.project, options.intake, report.problems);
  root = project.scope.root();
  for (const std::string &text : project.intake.skipped) note(text); // left out on demand, but not in silence
  for (const std::string &text : project.notes) note(text);
  size_t before = report.problems.size();
  auto [baseline, changes] = openComparison(options, project.scope, report.problems);
  if (report.problems.size() > before) return report; // all findings would be noise

  profile.phase("analysis of translation units");
  ExtractOptions extract{&project.models, &project.scope, !options.parseForeignBodies};
  auto [result, rest, each] = analyseUnits(options, project, extract, changes.has_value(), report.problems);
  report.units = project.intake.units.size();

  profile.phase("link and solve");
  bool isPartial = project.intake.isPartial && !options.noIndex;
  bool isIndexed = isPartial && rest.isComplete() && report.problems.empty();
  Program program(isPartial ? mergeWithIndex(result.facts, std::move(rest.result.facts)) : std::move(result.facts));
  const Facts &fresh = isPartial ? result.facts : program.facts();

  profile.phase("rules");
  bool isWhole = !project.intake.isPartial && report.problems.empty();
  auto timer = [&](const char *rule, double seconds, size_t findings) { profile.rule(rule, seconds, findings); };
  report.diagnostics = judge(program, fresh, project, isWhole, report.problems, timer);
  if (isPartial) keepFindingsOf(fresh, report.diagnostics);
  identify(report.diagnostics, program.facts(), {root});

  profile.phase("comparison with what is known");
  Coverage coverage = coverageOf(options, fresh, project.scope, isWhole, isIndexed);
  if (options.use != BaselineUse::Compare) return changeBaseline(options, report, *baseline, root, coverage), report;
  if (baseline) compareWithBaseline(report, options.baseline, *baseline, root, coverage);
  auto judgeBefore = [&](const Program &old) { return judge(old, old.facts(), project, isWhole, report.problems); };
  if (changes)
    compareWithBase(report, options, *changes,
                    findingsBefore(*changes, unitFacts(project.intake.units, rest.units, std::move(each)), extract,
                                   workerOptions(options), root, judgeBefore));
  acceptFindings(options, report);

  profile.phase("index and report");
  bool wantsIndex = !options.noIndex && !rest.isIndexBroken && // which stays so until a run over the whole project
                    !options.intake.hasFlags && !project.intake.units.empty();
  if (wantsIndex && !writeIndex(project.scope, program.facts()))
    note("the project index could not be written to " + project.scope.indexFile());
  return report;
}

/// Only the diff goes to the output, so that it can be piped into `git apply`.
int showFixesOf(const CheckOptions &options, const std::function<Report()> &check) {
  Report report;
  std::string diff;
  llvm::raw_string_ostream out(diff);
  size_t findings = showFixes(options.fix, check, report, out);
  out.flush();
  if (!writeText(diff, options.output)) return NotAnalysed;
  printProblems(report.problems);
  llvm::errs() << "coroguard: --fix would fix " << findings << (findings == 1 ? " finding\n" : " findings\n");
  if (!report.problems.empty()) return NotAnalysed;
  return findings > 0 && !options.exitZero ? Findings : Clean;
}

int run(const CheckOptions &options) {
  Profile profile;
  std::string root;
  auto check = [&] { return checkOnce(options, profile, root); };
  if (options.fix.onlyShow) return showFixesOf(options, check);
  Report report = options.fix.apply ? checkAndFix(options.fix, check) : check();
  if (options.use != BaselineUse::Compare) {
    printProblems(report.problems);
    return report.problems.empty() ? Clean : NotAnalysed;
  }
  report.color = options.output.empty() && isatty(STDOUT_FILENO);
  bool isWritten = writeReport(report, options.format, options.output);
  writeStatistics(report, options, root, profile);
  return isWritten ? exitCode(report, options) : NotAnalysed;
}

} // namespace

std::function<int()> declareCheck(CLI::App &app, const TrailingFlags &trailing, BaselineUse use) {
  auto options = std::make_shared<CheckOptions>();
  options->use = use;
  options->intake.hasFlags = trailing.given;
  options->intake.flags = trailing.flags;
  declareCheckOptions(app, *options);
  return [options] { return run(*options); };
}

Command checkCommand() {
  return {"check", "Find problems in a project or in some of its files",
          [](CLI::App &app, const TrailingFlags &trailing) { return declareCheck(app, trailing, BaselineUse::Compare); }};
}

} // namespace coroguard
