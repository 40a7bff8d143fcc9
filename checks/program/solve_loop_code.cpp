// Which bodies run on an event loop. A coroutine does, unless everything that is known to start it starts it on a pool.
#include "program/solve.h"

namespace coroguard {
namespace {

/// How coroutines are started, as far as the program shows.
struct Starts {
  explicit Starts(size_t functions) : onPool(functions), elsewhere(functions), awaitedBy(functions) {}

  std::vector<bool> onPool;    // given to a pool, or awaited after a hop to one
  std::vector<bool> elsewhere; // given to a loop or to who knows whom, or its task is used in another way
  std::vector<std::vector<FunctionIndex>> awaitedBy;
};

bool handsOff(const Function &function, StringId callable) {
  for (const Handoff &handoff : function.handoffs)
    if (handoff.callable == callable) return true;
  return false;
}

void addCall(const Program &program, FunctionIndex caller, const Call &call, Starts &starts) {
  FunctionIndex callee = program.find(call.callee);
  if (callee == noFunction || !program.function(callee).isCoroutine) return;
  if (call.offLoop) starts.onPool[callee] = true;
  else if (call.awaited) starts.awaitedBy[callee].push_back(caller);
  else if (!handsOff(program.function(caller), call.callee)) starts.elsewhere[callee] = true;
}

Starts collectStarts(const Program &program) {
  Starts starts(program.functions().size());
  for (FunctionIndex i = 0; i < program.functions().size(); ++i) {
    for (const Call &call : program.function(i).calls) addCall(program, i, call, starts);
    for (const Handoff &handoff : program.function(i).handoffs) {
      FunctionIndex callable = program.find(handoff.callable);
      if (callable == noFunction) continue;
      (handoff.runsOn == RunsOn::Offload ? starts.onPool : starts.elsewhere)[callable] = true;
    }
  }
  return starts;
}

} // namespace

void solveLoopCode(const Program &program, std::vector<Summary> &summaries) {
  Starts starts = collectStarts(program);
  std::vector<std::vector<FunctionIndex>> awaits(summaries.size());
  std::vector<FunctionIndex> work;
  auto mark = [&](FunctionIndex function) {
    if (!summaries[function].onLoop) work.push_back(function);
    summaries[function].onLoop = true;
  };
  for (FunctionIndex i = 0; i < summaries.size(); ++i) {
    for (FunctionIndex caller : starts.awaitedBy[i]) awaits[caller].push_back(i);
    bool startUnknown = !starts.onPool[i] && starts.awaitedBy[i].empty();
    if (program.function(i).isCoroutine && (starts.elsewhere[i] || startUnknown)) mark(i);
    for (const Handoff &handoff : program.function(i).handoffs)
      if (FunctionIndex callable = program.find(handoff.callable); handoff.runsOn == RunsOn::Loop && callable != noFunction)
        mark(callable);
  }
  while (!work.empty()) { // what a coroutine on the loop awaits runs on the loop
    FunctionIndex awaiting = work.back();
    work.pop_back();
    for (FunctionIndex awaited : awaits[awaiting]) mark(awaited);
  }
}

} // namespace coroguard
