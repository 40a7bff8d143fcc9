// The steps of solving, each from a linked program to one property of it; linear in the number of calls, but for
// the foreign uses: these are sought from every start of a thread anew.
#pragma once
#include "program/program.h"

namespace coroguard {

/// The calls of a program by callee: for every function, who runs it during which call.
class CallersIndex {
public:
  explicit CallersIndex(const Program &program);

  struct Range {
    const CallSite *first, *last;
    const CallSite *begin() const { return first; }
    const CallSite *end() const { return last; }
  };
  /// In the order of callers and of their calls.
  Range callersOf(FunctionIndex callee) const {
    return {sites.data() + starts[callee], sites.data() + starts[callee + 1]};
  }

private:
  std::vector<uint32_t> starts;
  std::vector<CallSite> sites;
};

/// Summary::blocks with a shortest witness.
void solveBlocking(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries);

/// Summary::runsLoop.
void solveLoopRunners(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries);

/// Summary::onLoop.
void solveLoopCode(const Program &program, std::vector<Summary> &summaries);

/// Program::foreignUses and foreignResumes; needs runsLoop.
ForeignUses solveForeignUses(const Program &program);

/// Program::signalUses.
std::vector<ForeignUse> solveSignalUses(const Program &program);

} // namespace coroguard
