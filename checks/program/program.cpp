#include "program/program.h"
#include "program/solve.h"

namespace coroguard {

Program::Program(Facts facts) : all(std::move(facts)) {
  byEntity.assign(all.strings.size(), noFunction);
  for (FunctionIndex i = 0; i < all.functions.size(); ++i) {
    FunctionIndex &known = byEntity[all.functions[i].id.value];
    bool isRepeated = i > 0 && all.functions[i - 1].id == all.functions[i].id;
    known = isRepeated ? noFunction : i;
  }
  summaries.resize(all.functions.size());
  CallersIndex callers(*this);
  solveBlocking(*this, callers, summaries);
  solveLoopRunners(*this, callers, summaries);
  solveLoopCode(*this, summaries);
  foreign = solveForeignUses(*this);
  signal = solveSignalUses(*this);
}

FunctionIndex Program::runsDuring(const Call &call) const {
  FunctionIndex callee = call.dispatched ? noFunction : find(call.callee);
  bool onlyCreated = callee != noFunction && function(callee).isCoroutine && !call.awaited;
  return onlyCreated ? noFunction : callee;
}

CallersIndex::CallersIndex(const Program &program) : starts(program.functions().size() + 1) {
  auto forEachEdge = [&](auto visit) {
    for (FunctionIndex caller = 0; caller < program.functions().size(); ++caller) {
      const std::vector<Call> &calls = program.function(caller).calls;
      for (uint32_t call = 0; call < calls.size(); ++call)
        if (FunctionIndex callee = program.runsDuring(calls[call]); callee != noFunction)
          visit(callee, CallSite{caller, call});
    }
  };
  forEachEdge([&](FunctionIndex callee, CallSite) { ++starts[callee + 1]; });
  for (size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  sites.resize(starts.back());
  std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
  forEachEdge([&](FunctionIndex callee, CallSite site) { sites[next[callee]++] = site; });
}

} // namespace coroguard
