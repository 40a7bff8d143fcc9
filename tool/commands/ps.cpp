// coroguard ps: a table of the tasks of a running program.
#include "tool/commands/command.h"
#include "tool/inspect/table.h"
#include "tool/run/problems.h"
#include <llvm/Support/raw_ostream.h>
#include <memory>

namespace coroguard {
namespace {

struct Options {
  int pid = 0;
  std::string socket;
  bool csv = false;
};

int run(const Options &options) {
  std::vector<Problem> problems;
  std::optional<ProcessTasks> process = askProcess(options.pid, options.socket, problems);
  printProblems(problems);
  if (!process) return NotAnalysed;
  llvm::outs() << (options.csv ? renderCsv(*process) : renderTable(*process));
  return reportTrouble(*process);
}

std::function<int()> declare(CLI::App &app, const TrailingFlags &) {
  auto options = std::make_shared<Options>();
  app.add_option("pid", options->pid, "A process that uses coroguard's runtime in debug mode (COROGUARD_DEBUG=1)")->required();
  app.add_flag("--csv", options->csv, "Comma-separated values instead of columns");
  app.add_option("--socket", options->socket, "Where it listens, if COROGUARD_SOCKET was changed after its start");
  return [options] { return run(*options); };
}

} // namespace

Command psCommand() { return {"ps", "List the tasks of a running program and who awaits them", declare}; }

} // namespace coroguard
