// coroguard models: what the given, the shipped and the embedded models say, one line per entry.
#include "frameworks/shipped.h"
#include "tool/commands/command.h"
#include "tool/run/include_path.h"
#include "tool/run/problems.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

template <class Entry> void list(const char *kind, const std::vector<Entry> &entries) {
  for (const Entry &entry : entries) llvm::outs() << "  " << kind << "  " << entry.name << "  " << entry.why << '\n';
}

struct Options {
  std::vector<std::string> files;
  IntakeOptions intake;
};

/// With a compile database or units: also what lies along their include path.
Models load(const Options &options, std::vector<Problem> &problems) {
  Models models = loadModels(options.files, problems);
  if (options.intake.buildDirectory.empty() && options.intake.paths.empty()) return models;
  Intake intake = takeIn(options.intake);
  problems.insert(problems.end(), intake.problems.begin(), intake.problems.end());
  return withShipped(models, shippedModelFiles(includeFoldersOf(intake.units)), problems);
}

int run(const Options &options) {
  std::vector<Problem> problems;
  for (const Model &model : load(options, problems).libraries) {
    bool isEmbedded = llvm::any_of(embeddedModels(), [&](const EmbeddedModel &known) { return model.file == known.file; });
    llvm::outs() << model.library << (isEmbedded ? "" : "  (" + model.file + ")") << '\n';
    list("task type", model.taskTypes);
    list("blocking call", model.blockingCalls);
    list("loop-bound type", model.loopBound);
    list("loop-bound call", model.loopBoundCalls);
    list("executor", model.executors);
    list("strand", model.strands);
    list("sink", model.sinks);
    list("loop runner", model.loopRunners);
    list("hop", model.hops);
    list("thread-safe call", model.threadSafe);
  }
  printProblems(problems);
  return problems.empty() ? Clean : NotAnalysed;
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  app.add_option("files", options->files, "Model files to check and list before the others");
  app.add_option("-p,--build", options->intake.buildDirectory,
                 "Folder of compile_commands.json: list also the models that libraries on its include path ship");
  app.add_option("--unit", options->intake.paths, "The same for this file or folder of it; may be repeated")->allow_extra_args(false);
  return [options] { return run(*options); };
}

} // namespace

Command modelsCommand() { return {"models", "Check and list the library models", declare}; }

} // namespace coroguard
