#include "tool/check/declare.h"
#include "tool/report/reporter.h"
#include "tool/suppress/insert.h"
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <llvm/ADT/StringRef.h>
#include <set>

namespace coroguard {
namespace {

/// For CLI11: what is wrong with the number, or nothing.
std::string checkSeconds(const std::string &text) {
  double seconds = 0;
  bool isGood = !llvm::StringRef(text).getAsDouble(seconds) && seconds > 0 && seconds < 1e9;
  return isGood ? "" : "'" + text + "' is not a number of seconds above 0";
}

void declareFixes(CLI::App &app, FixOptions &fix) {
  auto *apply = app.add_flag("--fix", fix.apply, "Apply the safe fixes and report what remains");
  app.add_flag("--unsafe-fixes", fix.withUnsafe, "With --fix and --diff-fixes: also fixes that change what the program does");
  app.add_flag("--diff-fixes", fix.onlyShow, "Print what --fix would change as a diff (or write it with -o), and change nothing")
      ->excludes(apply)
      ->excludes("--format");
  app.parse_complete_callback([&fix] {
    if (fix.withUnsafe && !fix.apply && !fix.onlyShow)
      throw CLI::ValidationError("--unsafe-fixes", "says which fixes, and needs --fix to apply them or --diff-fixes to show them");
  });
}

/// A flag, so that it takes a reason behind '=' only and never the path that follows.
void declareAdoption(CLI::App &app, CheckOptions &options) {
  auto *add = app.add_flag("--add-suppressions{accepted when coroguard was introduced}", options.reason,
                           "Accept all findings: write a suppression comment for each, with this reason (--add-suppressions=REASON)");
  add->each([&options](const std::string &) { options.addSuppressions = true; });
  add->check(CLI::Validator([](const std::string &reason) { return faultOfReason(std::string_view(reason)); }, ""));
  app.add_flag("--nolint", options.noLint, "... as NOLINT, which clang-tidy understands too")->needs(add);
}

/// What only a run that reports has.
void declareReport(CLI::App &app, CheckOptions &options) {
  std::set<std::string> formats;
  for (const Reporter &reporter : allReporters()) formats.insert(reporter.name);
  app.add_option("--format", options.format, "How to print findings")->check(CLI::IsMember(formats));
  app.add_option("-o,--output", options.output, "Write the report to this file");
  app.add_option("--baseline", options.baseline, "Do not report the findings that this file lists ('coroguard baseline')");
  app.add_option("--diff", options.diff, "Report only what is new since this revision, or on lines changed since");
  app.add_flag("--statistics", options.statistics, "Print counts by rule, folder and severity");
  app.add_flag("--profile{-}", options.profile, "Print the time per phase and rule, or write it to FILE with --profile=FILE");
  app.add_flag("--exit-zero", options.exitZero, "Exit with 0 although there are findings");
  declareFixes(app, options.fix);
  declareAdoption(app, options);
}

void declareProject(CLI::App &app, CheckOptions &options) {
  app.footer("PATHS may be followed by '-- COMPILER FLAGS': these replace the compile database.");
  app.add_option("paths", options.intake.paths, "Files and folders to check (default: every file of the database)");
  app.add_option("-p,--build", options.intake.buildDirectory, "Folder of compile_commands.json");
  app.add_option("--project", options.project.root, "Root of the project (default: nearest .coroguard.yaml or .git)");
  app.add_option("--config", options.project.config, "Configuration file (default: nearest .coroguard.yaml)");
  app.add_option("--model", options.project.models, "Additional model file; may be repeated")->allow_extra_args(false);
  app.add_option("--rule", options.project.rules, "Run only this rule; may be repeated")->allow_extra_args(false);
  app.add_flag("--skip-unlisted", options.intake.skipsUnlisted,
               "Leave out files that the compile database does not hold, such as headers");
}

/// How the work is done; findings do not depend on it.
void declareWork(CLI::App &app, CheckOptions &options) {
  app.add_option("-j,--jobs", options.jobs, "Translation units at a time")->check(CLI::Range(1, 1024));
  app.add_option("--time-limit", options.timeLimit, "Seconds one translation unit may take")
      ->check(CLI::Validator(checkSeconds, "SECONDS"));
  app.add_flag("--no-index", options.noIndex, "Neither read nor write the project index (.coroguard/)");
  app.add_flag("-v,--verbose", options.verbose, "Say on standard error how many files had to be parsed");
  app.add_option("--share-headers", options.sharedBy,
                 "Parse headers of other people once when so many files include the same ones (default: when it pays; 0: never)");
  app.add_flag("--no-cache", options.noCache, "Analyse every file, also those that have not changed since the last run");
  app.add_option("--cache-dir", options.cacheFolder, "Where to keep results (default: .coroguard/cache of the project)")
      ->envname("COROGUARD_CACHE_DIR");
  app.add_option("--cache-size", options.cacheSize, "MiB that the cache may take (default: 1024)")
      ->check(CLI::Range(1, 1 << 20))
      ->envname("COROGUARD_CACHE_SIZE");
  app.add_flag("--parse-foreign-bodies", options.parseForeignBodies, "Parse function bodies outside the project too")
      ->group(""); // for our tests: findings must not depend on it
}

} // namespace

void declareCheckOptions(CLI::App &app, CheckOptions &options) {
  declareProject(app, options);
  if (options.use == BaselineUse::Compare) declareReport(app, options);
  else app.add_option("--baseline", options.baseline, "The file to write")->required();
  declareWork(app, options);
}

} // namespace coroguard
