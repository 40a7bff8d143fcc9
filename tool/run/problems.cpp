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

} // namespace coroguard
