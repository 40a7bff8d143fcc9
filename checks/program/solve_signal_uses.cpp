// What runs in signal handlers, and what of it reaches an event loop or a coroutine. No object matters here: whatever
// the interrupted thread was doing with any loop may be half done.
#include "program/solve.h"
#include <algorithm>

namespace coroguard {
namespace {

class SignalWalk {
public:
  explicit SignalWalk(const Program &program) : program(program), cameFrom(program.functions().size()), seen(cameFrom.size()) {}

  void walk(FunctionIndex starter, uint32_t handoff) {
    FunctionIndex entry = program.find(program.function(starter).handoffs[handoff].callable);
    if (entry == noFunction || seen[entry]) return;
    seen[entry] = true;
    std::vector<FunctionIndex> work{entry};
    for (size_t next = 0; next < work.size(); ++next) visit(work[next], starter, handoff, work);
  }

  std::vector<ForeignUse> take() { return std::move(uses); }

private:
  void visit(FunctionIndex index, FunctionIndex starter, uint32_t handoff, std::vector<FunctionIndex> &work) {
    const Function &function = program.function(index);
    for (uint32_t i = 0; i < function.calls.size(); ++i) {
      const Call &call = function.calls[i];
      if (isUnsafe(call)) {
        uses.push_back({{index, i}, starter, handoff, pathTo(index)});
        continue; // what it does inside follows from it
      }
      FunctionIndex callee = program.runsDuring(call);
      if (callee == noFunction || seen[callee]) continue;
      seen[callee] = true;
      cameFrom[callee] = {index, i};
      work.push_back(callee);
    }
  }

  bool isUnsafe(const Call &call) const {
    bool usesLoop = call.meaning == Meaning::UsesLoopBound || call.meaning == Meaning::Resumes || call.meaning == Meaning::RunsLoop;
    FunctionIndex callee = call.dispatched ? noFunction : program.find(call.callee);
    return usesLoop || call.touchesLoop || (callee != noFunction && program.function(callee).isCoroutine);
  }

  std::vector<CallSite> pathTo(FunctionIndex function) const {
    std::vector<CallSite> path;
    for (CallSite at = cameFrom[function]; at.function != noFunction; at = cameFrom[at.function]) path.push_back(at);
    std::reverse(path.begin(), path.end());
    return path;
  }

  const Program &program;
  std::vector<CallSite> cameFrom; // the call that leads to a function first
  std::vector<bool> seen;
  std::vector<ForeignUse> uses;
};

} // namespace

std::vector<ForeignUse> solveSignalUses(const Program &program) {
  SignalWalk walk(program);
  for (FunctionIndex i = 0; i < program.functions().size(); ++i)
    for (uint32_t handoff = 0; handoff < program.function(i).handoffs.size(); ++handoff)
      if (program.function(i).handoffs[handoff].runsOn == RunsOn::Signal) walk.walk(i, handoff);
  return walk.take();
}

} // namespace coroguard
