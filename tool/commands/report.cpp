// coroguard report: what the rules say about facts that 'facts' and 'link' have written, perhaps on other machines.
#include "facts/files.h"
#include "facts/relocate.h"
#include "program/program.h"
#include "tool/check/comparison.h"
#include "tool/commands/command.h"
#include "tool/commands/write_report.h"
#include "tool/identity/fingerprint.h"
#include "tool/judge/judge.h"
#include "tool/statistics/profile.h"
#include "tool/statistics/statistics.h"
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <memory>
#include <set>
#include <unistd.h>

namespace coroguard {
namespace {

struct Options {
  ProjectOptions project;
  std::vector<std::string> files;
  std::string format = "text";
  std::string output;
  std::string baseline;
  bool statistics = false;
  bool exitZero = false;
};

/// Where facts with relative names lie. Links stay: a test's files may be nothing else.
std::string rootOf(const std::string &given) {
  llvm::SmallString<256> root(given.empty() ? "." : given);
  llvm::sys::fs::make_absolute(root);
  llvm::sys::path::remove_dots(root, /*remove_dot_dot=*/true);
  return std::string(root);
}

int exitCode(const Report &report, const Options &options) {
  if (!report.problems.empty()) return NotAnalysed;
  bool found = llvm::any_of(report.diagnostics, [](const Diagnostic &d) { return d.severity != Severity::Info; });
  return found && !options.exitZero ? Findings : Clean;
}

/// A finding is printed with its line, and a comment above it is looked for there: without the sources that is a guess.
void requireSources(const Facts &facts, const std::string &root, std::vector<Problem> &problems) {
  for (StringId unit : facts.units)
    if (std::string file(facts.text(unit)); !llvm::sys::fs::exists(file))
      return problems.push_back({{file}, "the facts name this file, which does not exist",
                                 "give the folder that the sources lie in: --root; it was '" + root + "'"});
}

int run(const Options &options) {
  Report report;
  Profile profile;
  profile.phase("all");
  std::optional<Baseline> baseline = options.baseline.empty() ? std::nullopt : readBaseline(options.baseline, report.problems);
  Project project = openProject(options.project, {}, report.problems);
  std::string root = rootOf(options.project.root);
  Program program(belowRoot(mergeAll(readFactsFiles(options.files, report.problems)), root));
  requireSources(program.facts(), root, report.problems);
  bool isWhole = report.problems.empty();
  report.diagnostics = judge(program, program.facts(), project, isWhole, report.problems);
  identify(report.diagnostics, program.facts(), {root});
  if (baseline)
    compareWithBaseline(report, options.baseline, *baseline, root, {isWhole, {}, {project.rules.begin(), project.rules.end()}});
  report.units = program.facts().units.size();
  report.color = options.output.empty() && isatty(STDOUT_FILENO);
  if (!writeReport(report, options.format, options.output)) return NotAnalysed;
  profile.stop();
  bool isReportText = options.format == "text" && options.output.empty();
  if (options.statistics) print(count(report.diagnostics, root), profile.total(), isReportText ? llvm::outs() : llvm::errs());
  return exitCode(report, options);
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  options->project.hasUnits = false;
  options->project.keepsLinks = true;
  app.add_option("files", options->files, "Facts files, from 'facts -o' or 'link -o'; together the whole program")->required();
  app.add_option("--root", options->project.root, "Folder below which the sources lie (default: the current one)");
  app.add_option("--config", options->project.config, "Configuration file (default: nearest .coroguard.yaml)");
  app.add_option("--rule", options->project.rules, "Run only this rule; may be repeated")->allow_extra_args(false);
  std::set<std::string> formats;
  for (const Reporter &reporter : allReporters()) formats.insert(reporter.name);
  app.add_option("--format", options->format, "How to print findings")->check(CLI::IsMember(formats));
  app.add_option("-o,--output", options->output, "Write the report to this file");
  app.add_option("--baseline", options->baseline, "Do not report the findings that this file lists ('coroguard baseline')");
  app.add_flag("--statistics", options->statistics, "Print counts by rule, folder and severity");
  app.add_flag("--exit-zero", options->exitZero, "Exit with 0 although there are findings");
  return [options] { return run(*options); };
}

} // namespace

Command reportCommand() { return {"report", "Find problems in facts files", declare}; }

} // namespace coroguard
