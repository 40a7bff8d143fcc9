#include "tool/run/problems.h"
#include <llvm/Support/raw_ostream.h>

namespace coroguard {

void printProblems(const std::vector<Problem> &problems) {
  for (const Problem &problem : problems) {
    const Location &at = problem.location;
    llvm::errs() << (at.file.empty() ? "coroguard" : at.file);
    if (at.line > 0) llvm::errs() << ':' << at.line << ':' << at.column;
    llvm::errs() << ": error: " << problem.message << (problem.remedy.empty() ? "" : "; ") << problem.remedy << '\n';
  }
}

bool flushOutput() {
  llvm::raw_fd_ostream &out = llvm::outs();
  out.flush();
  if (!out.has_error()) return true;
  std::string reason = out.error().message();
  out.clear_error(); // else LLVM ends the process with a message and a code of its own
  printProblems({{{}, "standard output cannot be written: " + reason, "make room, or write elsewhere"}});
  return false;
}

} // namespace coroguard
