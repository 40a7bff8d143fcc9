// coroguard pstree: who awaits whom in a running program, as a tree.
#include "tool/commands/command.h"
#include "tool/inspect/tree.h"
#include "tool/run/problems.h"
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

struct Options {
  int pid = 0;
  std::string socket;
};

int run(const Options &options) {
  std::vector<Problem> problems;
  std::optional<ProcessTasks> process = askProcess(options.pid, options.socket, problems);
  printProblems(problems);
  if (!process) return NotAnalysed;
  llvm::outs() << renderTree(*process);
  return reportTrouble(*process);
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  app.add_option("pid", options->pid, "A process that uses coroguard's runtime in debug mode (COROGUARD_DEBUG=1)")->required();
  app.add_option("--socket", options->socket, "Where it listens, if COROGUARD_SOCKET was changed after its start");
  return [options] { return run(*options); };
}

} // namespace

Command pstreeCommand() { return {"pstree", "Show who awaits whom in a running program, as a tree", declare}; }

} // namespace coroguard
