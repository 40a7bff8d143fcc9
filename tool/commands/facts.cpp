// coroguard facts: what one or more translation units say, for people, or as a file for `link`.
#include "facts/store.h"
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include "tool/run/analyse_all.h"
#include "tool/run/project.h"
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

struct Options {
  ProjectOptions project;
  IntakeOptions intake;
  std::string output;
};

int run(const Options &options) {
  std::vector<Problem> problems;
  Project project = openProject(options.project, options.intake, problems);
  UnitResult result = analyseAll(project.intake.units, {&project.models, &project.scope}, {});
  problems.insert(problems.end(), result.problems.begin(), result.problems.end());
  if (options.output.empty()) {
    llvm::outs() << print(result.facts);
  } else {
    std::error_code error;
    llvm::raw_fd_ostream file(options.output, error);
    if (!error) file << write(result.facts);
    else problems.push_back({{options.output}, "cannot be written: " + error.message(), "choose another --output"});
  }
  printProblems(problems);
  return problems.empty() ? Clean : NotAnalysed;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &trailing) {
  auto options = std::make_shared<Options>();
  options->intake.hasFlags = trailing.given;
  options->intake.flags = trailing.flags;
  app.footer("FILES may be followed by '-- COMPILER FLAGS': these replace the compile database.");
  app.add_option("files", options->intake.paths, "Translation units")->required();
  app.add_option("-p,--build", options->intake.buildDirectory, "Folder of compile_commands.json");
  app.add_option("--project", options->project.root, "Root of the project (default: nearest .coroguard.yaml or .git)");
  app.add_option("--model", options->project.models, "Additional model file; may be repeated")->allow_extra_args(false);
  app.add_option("-o,--output", options->output, "Write a facts file instead of printing");
  return [options] { return run(*options); };
}

} // namespace

Command factsCommand() { return {"facts", "Print or store what translation units say", declare}; }

} // namespace coroguard
