// Long because it is the table of contents of 'coroguard check', from compile commands to a report.
#include "tool/commands/check.h"
#include "facts/files.h"
#include "facts/store.h"
#include "tool/check/comparison.h"
#include "tool/check/declare.h"
#include "tool/commands/write_report.h"
#include "tool/identity/fingerprint.h"
#include "tool/judge/judge.h"
#include "tool/run/analyse_all.h"
#include "tool/statistics/profile.h"
#include "tool/statistics/statistics.h"
#include "tool/suppress/insert.h"
#include <llvm/Support/FileSystem.h>
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

/// Left out on demand, but not in silence.
void noteSkipped(const std::vector<std::string> &files) {
  for (const std::string &file : files) note(file + " is not in the compile database, and is not checked by itself");
}

/// None when the run is to leave nothing in the project, unless the user names a place.
std::optional<UnitCache> cacheOf(const CheckOptions &options, const Project &project, const ExtractOptions &extract) {
  bool leavesNothing = options.noIndex || options.intake.hasFlags || project.intake.units.empty();
  if (options.noCache || (options.cacheFolder.empty() && leavesNothing)) return std::nullopt;
  std::string folder = options.cacheFolder.empty() ? project.scope.root() + "/.coroguard/cache" : options.cacheFolder;
  return std::optional<UnitCache>(std::in_place, folder, options.cacheSize << 20, extract, project.scope.excludedFolders());
}

AllUnits analyseUnits(const CheckOptions &options, const Project &project, const ExtractOptions &extract,
                      std::vector<Facts> *each) {
  std::optional<UnitCache> cache = cacheOf(options, project, extract);
  const std::vector<Unit> &units = project.intake.units;
  AllUnits result = analyseAll(units, extract, workerOptions(options), cache ? &*cache : nullptr, each);
  if (!result.cacheFault.empty()) note("the cache could not be written to " + cache->folder() + ": " + result.cacheFault);
  if (options.verbose)
    llvm::errs() << "coroguard: " << result.parsed << " of " << units.size() << " translation units parsed\n";
  return result;
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
  llvm::Error error = llvm::writeToOutput(options.profile, [&](llvm::raw_ostream &out) {
    profile.writeJson(out);
    return llvm::Error::success();
  });
  if (error) note("the profile cannot be written: " + llvm::toString(std::move(error)));
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
  noteSkipped(project.intake.skipped);
  size_t before = report.problems.size();
  auto [baseline, changes] = openComparison(options, project.scope, report.problems);
  if (report.problems.size() > before) return report; // all findings would be noise

  profile.phase("analysis of translation units");
  ExtractOptions extract{&project.models, &project.scope, !options.parseForeignBodies};
  std::vector<Facts> each;
  AllUnits result = analyseUnits(options, project, extract, changes ? &each : nullptr);
  llvm::append_range(report.problems, result.problems);
  report.units = project.intake.units.size();

  profile.phase("link and solve");
  bool isPartial = project.intake.isPartial && !options.noIndex;
  before = report.problems.size();
  Facts rest = isPartial ? readIndex(project.scope.indexFile(), /*mustExist=*/false, result.facts, report.problems) : Facts{};
  bool isIndexBroken = report.problems.size() > before; // stays so until a run over the whole project
  bool isIndexed = !rest.isEmpty() && report.problems.empty();
  Facts unchanged = changes ? merge({&rest}) : Facts{};
  Program program(isPartial ? mergeWithIndex(result.facts, std::move(rest)) : std::move(result.facts));
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
  if (baseline) compareWithBaseline(report, options, *baseline, root, coverage);
  auto judgeBefore = [&](const Program &old) { return judge(old, old.facts(), project, isWhole, report.problems); };
  if (changes)
    compareWithBase(report, options, *changes,
                    findingsBefore(*changes, unitFacts(project.intake.units, std::move(each), std::move(unchanged)), extract,
                                   workerOptions(options), root, judgeBefore));
  acceptFindings(options, report);

  profile.phase("index and report");
  bool wantsIndex = !options.noIndex && !isIndexBroken && !options.intake.hasFlags && !project.intake.units.empty();
  if (wantsIndex && !writeIndex(project.scope, program.facts()))
    note("the project index could not be written to " + project.scope.indexFile());
  return report;
}

/// Only the diff goes to the output, so that it can be piped into `git apply`.
int showFixesOf(const CheckOptions &options, const std::function<Report()> &check) {
  Report report;
  size_t findings = showFixes(options.fix, check, report, llvm::outs());
  llvm::outs().flush();
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
