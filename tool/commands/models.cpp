// coroguard models: what the shipped and the given models say, one line per entry.
#include "frameworks/load.h"
#include "tool/commands/command.h"
#include "tool/run/problems.h"
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

template <class Entry> void list(const char *kind, const std::vector<Entry> &entries) {
  for (const Entry &entry : entries) llvm::outs() << "  " << kind << "  " << entry.name << "  " << entry.why << '\n';
}

int run(const std::vector<std::string> &files) {
  std::vector<Problem> problems;
  for (const Model &model : loadModels(files, problems).libraries) {
    llvm::outs() << model.library << '\n';
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
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("files", *files, "Model files to check and list before the shipped ones");
  return [files] { return run(*files); };
}

} // namespace

Command modelsCommand() { return {"models", "Check and list the library models", declare}; }

} // namespace coroguard
