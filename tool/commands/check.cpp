// coroguard check: the whole line, from compile commands to a report.
#include "facts/files.h"
#include "facts/store.h"
#include "tool/baseline/baseline.h"
#include "tool/commands/check.h"
#include "tool/diff/base.h"
#include "tool/identity/fingerprint.h"
#include "tool/run/problems.h"
#include "tool/report/reporter.h"
#include "tool/run/analyse_all.h"
#include "tool/run/project.h"
#include "tool/statistics/profile.h"
#include "tool/statistics/statistics.h"
#include "tool/suppress/suppress.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/FileSystem.h>
#include <set>
#include <thread>
#include <unistd.h>

namespace coroguard {
namespace {

struct Options {
  ProjectOptions project;
  IntakeOptions intake;
  std::string format = "text";
  std::string output;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  double timeLimit = 120;
  BaselineUse use = BaselineUse::Compare;
  std::string baseline;
  std::string diff;
  std::string profile; // "-": printed
  bool statistics = false;
  bool exitZero = false;
  bool noIndex = false;
  bool parseForeignBodies = false;
};

void showProgress(size_t done, size_t total) {
  if (done < total) std::fprintf(stderr, "\r[%zu/%zu] analysed", done, total);
  else std::fprintf(stderr, "\r\033[K");
}

WorkerOptions workerOptions(const Options &options) {
  WorkerOptions workers{.jobs = options.jobs, .timeLimit = std::chrono::milliseconds(long(options.timeLimit * 1000))};
  if (isatty(STDERR_FILENO)) workers.progress = showProgress;
  return workers;
}

/// A run over some files of a project sees the rest through the index, as an editor does, and reports on these files.
void keepFindingsOf(const Facts &fresh, std::vector<Diagnostic> &diagnostics) {
  std::set<std::string, std::less<>> files;
  for (const Function &function : fresh.functions) files.emplace(fresh.text(function.place.file));
  llvm::erase_if(diagnostics, [&](const Diagnostic &diagnostic) { return !files.count(diagnostic.location.file); });
}

/// For the judgement on suppression comments: only rules that ran, over all of the project, show that one covers nothing.
RuleState stateOf(std::string_view id, const Project &project, bool isWhole) {
  bool ran = llvm::any_of(project.rules, [&](const SelectedRule &rule) { return rule.registered->rule.info.id == id; });
  return ran && isWhole ? RuleState::Run : findRule(id) ? RuleState::NotRun : RuleState::Unknown;
}

/// Rule by rule, for the profile; in the order in which evaluateRules has them.
std::vector<Diagnostic> evaluate(const Program &program, const std::vector<SelectedRule> &rules, Profile &profile) {
  std::vector<Diagnostic> all;
  for (const SelectedRule &rule : rules) {
    auto begin = std::chrono::steady_clock::now();
    std::vector<Diagnostic> found = evaluateRules(program, {rule});
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    profile.rule(rule.registered->rule.info.id, took.count(), found.size());
    llvm::move(found, std::back_inserter(all));
  }
  auto key = [](const Diagnostic &d) { return std::tie(d.location, d.rule, d.message, d.notes); };
  llvm::sort(all, [&](auto &a, auto &b) { return key(a) < key(b); });
  return all;
}

void note(const llvm::Twine &text) { llvm::errs() << "coroguard: note: " << text << '\n'; }

std::string counted(size_t count, const char *one, const char *many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// What the run is compared with.
struct Comparison {
  std::optional<Baseline> baseline;
  std::optional<Changes> changes;
};

Comparison openComparison(const Options &options, const ProjectScope &scope, std::vector<Problem> &problems) {
  Comparison comparison;
  bool mayBeMissing = options.use == BaselineUse::Update && !llvm::sys::fs::exists(options.baseline);
  if (!options.baseline.empty())
    comparison.baseline = mayBeMissing ? Baseline() : readBaseline(options.baseline, problems);
  if (!options.diff.empty()) comparison.changes = changesSince(options.diff, scope.root(), problems);
  return comparison;
}

/// What this run can say is gone. Some files without the index of the rest do not show chains through other files; with
/// compiler flags behind "--" there is no rest.
Coverage coverageOf(const Options &options, const Facts &fresh, const ProjectScope &scope, bool isWhole, bool isIndexed) {
  Coverage coverage{.isWhole = isWhole && !options.intake.hasFlags};
  coverage.rules.insert(options.project.rules.begin(), options.project.rules.end());
  if (isIndexed || (isWhole && options.intake.hasFlags))
    for (StringId unit : fresh.units) coverage.files.emplace(nameInProject(fresh.text(unit), scope.root()));
  return coverage;
}

/// `baseline update` and `baseline prune`.
int changeBaseline(const Options &options, const Report &report, const Baseline &old, const std::string &root,
                   const Coverage &coverage) {
  if (!report.problems.empty()) {
    printProblems(report.problems);
    note(options.baseline + " is not changed, because something could not be analysed");
    return NotAnalysed;
  }
  Baseline present = entriesOf(report.diagnostics, root), gone = goneEntries(old, present, coverage), result = old;
  if (options.use == BaselineUse::Update) result = updatedBaseline(old, present, coverage);
  else llvm::erase_if(result, [&](const BaselineEntry &entry) { return llvm::is_contained(gone, entry); });
  llvm::Error error = llvm::writeToOutput(options.baseline, [&](llvm::raw_ostream &out) {
    out << baselineText(result);
    return llvm::Error::success();
  });
  if (error) {
    printProblems({{{options.baseline}, "the baseline cannot be written: " + llvm::toString(std::move(error)), "choose another file"}});
    return NotAnalysed;
  }
  llvm::outs() << options.baseline << ": " << counted(result.size(), "entry", "entries") << ", "
               << result.size() + gone.size() - old.size() << " added, " << gone.size() << " removed\n";
  return Clean;
}

void compareWithBaseline(Report &report, const Options &options, const Baseline &baseline, const std::string &root,
                         const Coverage &coverage) {
  Baseline present = entriesOf(report.diagnostics, root);
  size_t before = report.diagnostics.size();
  takeCovered(report.diagnostics, baseline, root);
  report.covered = before - report.diagnostics.size();
  report.gone = goneEntries(baseline, present, coverage).size();
  std::string text = counted(report.covered, "finding is", "findings are") + " covered by " + options.baseline;
  if (report.gone > 0)
    text += "; " + counted(report.gone, "entry of it no longer occurs", "entries of it no longer occur") +
            " ('coroguard baseline prune' removes them)";
  note(text);
}

void compareWithBase(Report &report, const Options &options, const Changes &changes, const BaseFindings &before) {
  report.unchanged = keepNew(report.diagnostics, changes, before);
  if (report.unchanged > 0)
    note(counted(report.unchanged, "finding is", "findings are") + " left out: neither new since " + options.diff +
         " nor on a changed line");
  if (before.failed > 0)
    note(counted(before.failed, "translation unit", "translation units") + " could not be analysed as of " + options.diff +
         "; old findings there may be reported as new");
}

/// Where people read, or beside the report when that is for programs.
void writeStatistics(const Report &report, const Options &options, const std::string &root, Profile &profile) {
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

bool writeReport(const Report &report, const Options &options) {
  const Reporter *reporter = llvm::find_if(allReporters(), [&](auto &r) { return r.name == options.format; }).base();
  if (options.output.empty()) {
    reporter->write(report, llvm::outs());
    llvm::outs().flush();
    return true;
  }
  std::error_code error;
  llvm::raw_fd_ostream file(options.output, error);
  if (!error) reporter->write(report, file);
  if (error) printProblems({{{options.output}, "the report cannot be written: " + error.message(), "choose another --output"}});
  return !error;
}

int exitCode(const Report &report, const Options &options) {
  if (!report.problems.empty()) return NotAnalysed;
  bool found = llvm::any_of(report.diagnostics, [](const Diagnostic &d) { return d.severity != Severity::Info; });
  return found && !options.exitZero ? Findings : Clean;
}

/// The units of this run, each with its facts, and the rest of the project.
std::vector<UnitFacts> unitFacts(const std::vector<Unit> &units, std::vector<Facts> each, Facts rest) {
  std::vector<UnitFacts> all;
  for (size_t i = 0; i < each.size(); ++i) all.push_back({&units[i], std::move(each[i])});
  if (!rest.isEmpty()) all.push_back({nullptr, std::move(rest)});
  return all;
}

/// Writes the index of these facts, if any, and the report.
int finish(Report &report, const Options &options, const Project &project, const Facts *facts, Profile &profile) {
  profile.phase("index and report");
  bool wantsIndex = facts && !options.noIndex && !options.intake.hasFlags && !project.intake.units.empty();
  if (wantsIndex && !writeIndex(project.scope, *facts))
    note("the project index could not be written to " + project.scope.indexFile());
  report.units = project.intake.units.size();
  report.color = options.output.empty() && isatty(STDOUT_FILENO);
  bool isWritten = writeReport(report, options);
  writeStatistics(report, options, project.scope.root(), profile);
  return isWritten ? exitCode(report, options) : NotAnalysed;
}

int run(const Options &options) {
  Profile profile;
  profile.phase("configuration and compile commands");
  Report report;
  Project project = openProject(options.project, options.intake, report.problems);
  size_t before = report.problems.size();
  auto [baseline, changes] = openComparison(options, project.scope, report.problems);
  if (report.problems.size() > before) return writeReport(report, options), NotAnalysed; // all findings would be noise
  profile.phase("analysis of translation units");
  ExtractOptions extract{&project.models, &project.scope, !options.parseForeignBodies};
  std::vector<Facts> each;
  UnitResult result = analyseAll(project.intake.units, extract, workerOptions(options), changes ? &each : nullptr);
  llvm::append_range(report.problems, result.problems);
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
  auto suppress = [&](std::vector<Diagnostic> found, const Facts &facts) {
    return applySuppressions(std::move(found), facts, [&](std::string_view id) { return stateOf(id, project, isWhole); });
  };
  report.diagnostics = suppress(evaluate(program, project.rules, profile), fresh);
  if (isPartial) keepFindingsOf(fresh, report.diagnostics);
  const std::string &root = project.scope.root();
  identify(report.diagnostics, program.facts(), {root});
  profile.phase("comparison with what is known");
  Coverage coverage = coverageOf(options, fresh, project.scope, isWhole, isIndexed);
  if (options.use != BaselineUse::Compare) return changeBaseline(options, report, *baseline, root, coverage);
  if (baseline) compareWithBaseline(report, options, *baseline, root, coverage);
  if (changes)
    compareWithBase(report, options, *changes,
                    findingsBefore(*changes, unitFacts(project.intake.units, std::move(each), std::move(unchanged)), extract,
                                   workerOptions(options), project.rules, root, suppress));

  return finish(report, options, project, isIndexBroken ? nullptr : &program.facts(), profile);
}

/// For CLI11: what is wrong with the number, or nothing.
std::string checkSeconds(const std::string &text) {
  double seconds = 0;
  bool isGood = !llvm::StringRef(text).getAsDouble(seconds) && seconds > 0 && seconds < 1e9;
  return isGood ? "" : "'" + text + "' is not a number of seconds above 0";
}

/// What only a run that reports has.
void declareReport(CLI::App &app, Options &options) {
  std::set<std::string> formats;
  for (const Reporter &reporter : allReporters()) formats.insert(reporter.name);
  app.add_option("--format", options.format, "How to print findings")->check(CLI::IsMember(formats));
  app.add_option("-o,--output", options.output, "Write the report to this file");
  app.add_option("--baseline", options.baseline, "Do not report the findings that this file lists ('coroguard baseline')");
  app.add_option("--diff", options.diff, "Report only what is new since this revision, or on lines changed since");
  app.add_flag("--statistics", options.statistics, "Print counts by rule, folder and severity");
  app.add_flag("--profile{-}", options.profile, "Print the time per phase and rule, or write it to FILE with --profile=FILE");
  app.add_flag("--exit-zero", options.exitZero, "Exit with 0 although there are findings");
}

} // namespace

std::function<int()> declareCheck(CLI::App &app, const TrailingFlags &trailing, BaselineUse use) {
  auto options = std::make_shared<Options>();
  options->use = use;
  if (use == BaselineUse::Compare) declareReport(app, *options);
  else app.add_option("--baseline", options->baseline, "The file to write")->required();
  options->intake.hasFlags = trailing.given;
  options->intake.flags = trailing.flags;
  app.footer("PATHS may be followed by '-- COMPILER FLAGS': these replace the compile database.");
  app.add_option("paths", options->intake.paths, "Files and folders to check (default: every file of the database)");
  app.add_option("-p,--build", options->intake.buildDirectory, "Folder of compile_commands.json");
  app.add_option("--project", options->project.root, "Root of the project (default: nearest .coroguard.yaml or .git)");
  app.add_option("--config", options->project.config, "Configuration file (default: nearest .coroguard.yaml)");
  app.add_option("--model", options->project.models, "Additional model file; may be repeated")->allow_extra_args(false);
  app.add_option("--rule", options->project.rules, "Run only this rule; may be repeated")->allow_extra_args(false);
  app.add_option("-j,--jobs", options->jobs, "Translation units at a time")->check(CLI::Range(1, 1024));
  app.add_option("--time-limit", options->timeLimit, "Seconds one translation unit may take")
      ->check(CLI::Validator(checkSeconds, "SECONDS"));
  app.add_flag("--no-index", options->noIndex, "Neither read nor write the project index (.coroguard/)");
  app.add_flag("--parse-foreign-bodies", options->parseForeignBodies, "Parse function bodies outside the project too")
      ->group(""); // for our tests: findings must not depend on it
  return [options] { return run(*options); };
}

Command checkCommand() {
  return {"check", "Find problems in a project or in some of its files",
          [](CLI::App &app, const TrailingFlags &trailing) { return declareCheck(app, trailing, BaselineUse::Compare); }};
}

} // namespace coroguard
