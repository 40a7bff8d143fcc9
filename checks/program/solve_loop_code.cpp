// Which bodies run on an event loop. A coroutine does, unless everything that is known to start it starts it on a pool;
// a generator, which nobody can await, runs on whoever iterates.
#include "program/registered_callables.h"
#include "program/solve.h"
#include <algorithm>
#include <initializer_list>

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
  if (callee == noFunction || !program.isCoroutine(callee)) return;
  if (call.offLoop) starts.onPool[callee] = true;
  else if (call.awaited) starts.awaitedBy[callee].push_back(caller);
  else if (!handsOff(program.function(caller), call.callee)) starts.elsewhere[callee] = true;
}

Starts collectStarts(const Program &program) {
  Starts starts(program.functions().size());
  for (FunctionIndex i = 0; i < program.functions().size(); ++i) {
    if (program.function(i).startsElsewhere) starts.onPool[i] = true; // and what it awaits with it
    for (const Call &call : program.function(i).calls) addCall(program, i, call, starts);
    for (const Handoff &handoff : program.function(i).handoffs) {
      FunctionIndex callable = program.find(handoff.callable);
      if (callable == noFunction) continue;
      (handoff.runsOn == RunsOn::Offload ? starts.onPool : starts.elsewhere)[callable] = true;
    }
  }
  return starts;
}

/// All functions that these reach, themselves included.
std::vector<bool> reach(std::vector<FunctionIndex> work, const std::vector<std::vector<FunctionIndex>> &awaits) {
  std::vector<bool> reached(awaits.size());
  while (!work.empty()) {
    FunctionIndex next = work.back();
    work.pop_back();
    if (reached[next]) continue;
    reached[next] = true;
    work.insert(work.end(), awaits[next].begin(), awaits[next].end());
  }
  return reached;
}

std::vector<FunctionIndex> selected(const std::vector<bool> &set) {
  std::vector<FunctionIndex> indices;
  for (FunctionIndex i = 0; i < set.size(); ++i)
    if (set[i]) indices.push_back(i);
  return indices;
}

std::vector<FunctionIndex> callbacksOn(const Program &program, std::initializer_list<RunsOn> threads) {
  std::vector<FunctionIndex> callbacks;
  for (const Function &function : program.functions())
    for (const Handoff &handoff : function.handoffs) {
      FunctionIndex callable = program.find(handoff.callable);
      bool runsThere = std::find(threads.begin(), threads.end(), handoff.runsOn) != threads.end();
      if (runsThere && callable != noFunction) callbacks.push_back(callable);
    }
  return callbacks;
}

} // namespace

void solveLoopCode(const Program &program, std::vector<Summary> &summaries) {
  Starts starts = collectStarts(program);
  std::vector<std::vector<FunctionIndex>> awaits(summaries.size());
  for (FunctionIndex i = 0; i < summaries.size(); ++i)
    if (!program.function(i).startsElsewhere) // whoever awaits it
      for (FunctionIndex caller : starts.awaitedBy[i]) awaits[caller].push_back(i);

  std::vector<bool> fromPool = reach(selected(starts.onPool), awaits);
  std::vector<FunctionIndex> onLoop = callbacksOn(program, {RunsOn::Loop, RunsOn::OtherLoop});
  auto mayStartOnLoop = [&](FunctionIndex i) {
    return !program.function(i).startsElsewhere && (starts.elsewhere[i] || !fromPool[i]);
  };
  for (FunctionIndex i = 0; i < summaries.size(); ++i) {
    const Function &function = program.function(i);
    if (function.isCoroutine && !function.isGenerator && mayStartOnLoop(i)) onLoop.push_back(i);
  }
  std::vector<bool> reached = reach(std::move(onLoop), awaits); // what a coroutine on the loop awaits runs on the loop
  for (FunctionIndex i = 0; i < summaries.size(); ++i) summaries[i].onLoop = reached[i];
  addRegisteredCallables(program, summaries);
  for (FunctionIndex fiber : callbacksOn(program, {RunsOn::Fiber})) summaries[fiber].onFiber = !summaries[fiber].onLoop;
}

} // namespace coroguard
