// coroguard check: the whole line, from compile commands to a report.
#include "facts/files.h"
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include "tool/report/reporter.h"
#include "tool/run/analyse_all.h"
#include "tool/run/project.h"
#include "tool/suppress/suppress.h"
#include <llvm/ADT/STLExtras.h>
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
  bool exitZero = false;
  bool noIndex = false;
  bool parseForeignBodies = false;
  bool noCache = false;
  size_t sharedBy = 0;
  bool verbose = false;
  std::string cacheFolder; // empty: in the project
  uint64_t cacheSize = 1024; // MiB
};

void showProgress(size_t done, size_t total) {
  if (done < total) std::fprintf(stderr, "\r[%zu/%zu] analysed", done, total);
  else std::fprintf(stderr, "\r\033[K");
}

WorkerOptions workerOptions(const Options &options) {
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

/// For the judgement on suppression comments: only rules that ran, over all of the project, show that one covers nothing.
RuleState stateOf(std::string_view id, const Project &project, bool isWhole) {
  bool ran = llvm::any_of(project.rules, [&](const SelectedRule &rule) { return rule.registered->rule.info.id == id; });
  return ran && isWhole ? RuleState::Run : findRule(id) ? RuleState::NotRun : RuleState::Unknown;
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

/// None when the run is to leave nothing in the project, unless the user names a place.
std::optional<UnitCache> cacheOf(const Options &options, const Project &project, const ExtractOptions &extract) {
  bool leavesNothing = options.noIndex || options.intake.hasFlags || project.intake.units.empty();
  if (options.noCache || (options.cacheFolder.empty() && leavesNothing)) return std::nullopt;
  std::string folder = options.cacheFolder.empty() ? project.scope.root() + "/.coroguard/cache" : options.cacheFolder;
  return std::optional<UnitCache>(std::in_place, folder, options.cacheSize << 20, extract, project.config.excluded);
}

void noteFault(const std::string &fault, const std::optional<UnitCache> &cache) {
  if (!fault.empty())
    llvm::errs() << "coroguard: note: the cache could not be written to " << cache->folder() << ": " << fault << '\n';
}

int run(const Options &options) {
  Report report;
  Project project = openProject(options.project, options.intake, report.problems);
  ExtractOptions extract{&project.models, &project.scope, !options.parseForeignBodies};
  std::optional<UnitCache> cache = cacheOf(options, project, extract);
  AllUnits result = analyseAll(project.intake.units, extract, workerOptions(options), cache ? &*cache : nullptr);
  noteFault(result.cacheFault, cache);
  if (options.verbose)
    llvm::errs() << "coroguard: " << result.parsed << " of " << project.intake.units.size() << " translation units parsed\n";
  llvm::append_range(report.problems, result.problems);

  bool isPartial = project.intake.isPartial && !options.noIndex;
  size_t before = report.problems.size();
  Facts rest = isPartial ? readIndex(project.scope.indexFile(), /*mustExist=*/false, result.facts, report.problems) : Facts{};
  bool isIndexBroken = report.problems.size() > before; // stays so until a run over the whole project
  Program program(isPartial ? mergeWithIndex(result.facts, std::move(rest)) : std::move(result.facts));
  const Facts &fresh = isPartial ? result.facts : program.facts();

  report.diagnostics = evaluateRules(program, project.rules);
  bool isWhole = !project.intake.isPartial && report.problems.empty();
  report.diagnostics = applySuppressions(std::move(report.diagnostics), fresh,
                                         [&](std::string_view id) { return stateOf(id, project, isWhole); });
  if (isPartial) keepFindingsOf(fresh, report.diagnostics);

  bool wantsIndex = !options.noIndex && !isIndexBroken && !options.intake.hasFlags && !project.intake.units.empty();
  if (wantsIndex && !writeIndex(project.scope, program.facts()))
    llvm::errs() << "coroguard: note: the project index could not be written to " << project.scope.indexFile() << '\n';
  report.units = project.intake.units.size();
  report.color = options.output.empty() && isatty(STDOUT_FILENO);
  return writeReport(report, options) ? exitCode(report, options) : NotAnalysed;
}

/// For CLI11: what is wrong with the number, or nothing.
std::string checkSeconds(const std::string &text) {
  double seconds = 0;
  bool isGood = !llvm::StringRef(text).getAsDouble(seconds) && seconds > 0 && seconds < 1e9;
  return isGood ? "" : "'" + text + "' is not a number of seconds above 0";
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &trailing) {
  auto options = std::make_shared<Options>();
  options->intake.hasFlags = trailing.given;
  options->intake.flags = trailing.flags;
  app.footer("PATHS may be followed by '-- COMPILER FLAGS': these replace the compile database.");
  app.add_option("paths", options->intake.paths, "Files and folders to check (default: every file of the database)");
  app.add_option("-p,--build", options->intake.buildDirectory, "Folder of compile_commands.json");
  app.add_option("--project", options->project.root, "Root of the project (default: nearest .coroguard.yaml or .git)");
  app.add_option("--config", options->project.config, "Configuration file (default: nearest .coroguard.yaml)");
  app.add_option("--model", options->project.models, "Additional model file; may be repeated")->allow_extra_args(false);
  app.add_option("--rule", options->project.rules, "Run only this rule; may be repeated")->allow_extra_args(false);
  std::set<std::string> formats;
  for (const Reporter &reporter : allReporters()) formats.insert(reporter.name);
  app.add_option("--format", options->format, "How to print findings")->check(CLI::IsMember(formats));
  app.add_option("-o,--output", options->output, "Write the report to this file");
  app.add_option("-j,--jobs", options->jobs, "Translation units at a time")->check(CLI::Range(1, 1024));
  app.add_option("--time-limit", options->timeLimit, "Seconds one translation unit may take")
      ->check(CLI::Validator(checkSeconds, "SECONDS"));
  app.add_flag("--exit-zero", options->exitZero, "Exit with 0 although there are findings");
  app.add_flag("--no-index", options->noIndex, "Neither read nor write the project index (.coroguard/)");
  app.add_flag("-v,--verbose", options->verbose, "Say on standard error how many files had to be parsed");
  app.add_option("--share-headers", options->sharedBy,
                 "Parse headers of other people once when so many files begin with the same ones (default: 0, never)");
  app.add_flag("--no-cache", options->noCache, "Analyse every file, also those that have not changed since the last run");
  app.add_option("--cache-dir", options->cacheFolder, "Where to keep results (default: .coroguard/cache of the project)")
      ->envname("COROGUARD_CACHE_DIR");
  app.add_option("--cache-size", options->cacheSize, "MiB that the cache may take (default: 1024)")
      ->check(CLI::Range(1, 1 << 20))
      ->envname("COROGUARD_CACHE_SIZE");
  app.add_flag("--parse-foreign-bodies", options->parseForeignBodies, "Parse function bodies outside the project too")
      ->group(""); // for our tests: findings must not depend on it
  return [options] { return run(*options); };
}

} // namespace

Command checkCommand() { return {"check", "Find problems in a project or in some of its files", declare}; }

} // namespace coroguard
