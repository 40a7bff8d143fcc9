// coroguard facts: what one or more translation units say, for people, or as a file for `link`.
#include "facts/relocate.h"
#include "facts/store.h"
#include "tool/commands/command.h"
#include "tool/files/write.h"
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
  std::string root;
};

/// Links to the folder that the process is in are resolved here, once, and none below it later on.
std::string enterRoot(const std::string &name, std::vector<Problem> &problems) {
  llvm::SmallString<256> root, current;
  std::error_code error = llvm::sys::fs::real_path(name, root);
  if (!error && !llvm::sys::fs::is_directory(root)) error = std::make_error_code(std::errc::not_a_directory);
  if (error) problems.push_back({{name}, "cannot be the root: " + error.message(), "choose another --root"});
  if (!llvm::sys::fs::real_path(".", current)) setenv("PWD", current.c_str(), 1); // what LLVM takes for the current folder
  return std::string(root);
}

int run(const Options &options) {
  std::vector<Problem> problems;
  ProjectOptions wanted = options.project;
  wanted.keepsLinks = !options.root.empty();
  if (wanted.keepsLinks) wanted.root = enterRoot(options.root, problems);
  Project project = openProject(wanted, options.intake, problems);
  UnitResult result = analyseAll(project.intake.units, {&project.models, &project.scope}, {});
  problems.insert(problems.end(), result.problems.begin(), result.problems.end());
  if (wanted.keepsLinks) result.facts = withoutRoot(std::move(result.facts), wanted.root);
  if (options.output.empty()) {
    llvm::outs() << print(result.facts);
  } else {
    if (std::error_code error = writeFile(options.output, write(result.facts)))
      problems.push_back({{options.output}, "cannot be written: " + error.message(), "choose another --output"});
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
  app.add_option("--root", options->root, "Name files by their paths below this folder, which is the project: the same bytes wherever it lies")
      ->excludes("--project");
  app.add_option("--config", options->project.config, "Configuration file (default: nearest .coroguard.yaml)");
  app.add_option("--exclude", options->project.excluded, "Folder that does not belong to the project; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--model", options->project.models, "Additional model file; may be repeated")->allow_extra_args(false);
  app.add_option("-o,--output", options->output, "Write a facts file instead of printing");
  return [options] { return run(*options); };
}

} // namespace

Command factsCommand() { return {"facts", "Print or store what translation units say", declare}; }

} // namespace coroguard
