// Properties that travel from callees to callers.
#include "program/solve.h"

namespace coroguard {
namespace {

bool blocksHere(const Call &call) { return call.meaning == Meaning::Blocks && !call.offLoop; }

/// The functions that sleep by a call of their own, each with its first such call.
std::vector<FunctionIndex> blockingLeaves(const Program &program, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> leaves;
  for (FunctionIndex i = 0; i < summaries.size(); ++i) {
    const Function &function = program.function(i);
    for (uint32_t call = 0; call < function.calls.size() && !function.neverBlocks; ++call) {
      if (!blocksHere(function.calls[call])) continue;
      summaries[i] = {.blocks = Blocks::Yes, .blockingCall = call, .blockingDepth = 1};
      leaves.push_back(i);
      break;
    }
  }
  return leaves;
}

/// A caller sleeps in what it calls, unless it is a coroutine (whoever awaits it does not sleep in that call), someone
/// vouches for it, or the call is made after a hop to a pool.
bool passesBlockingOn(const Program &program, CallSite site) {
  const Function &caller = program.function(site.function);
  return !caller.isCoroutine && !caller.neverBlocks && !program.call(site).offLoop;
}

void spreadUnknown(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> work;
  auto mark = [&](FunctionIndex function) {
    if (summaries[function].blocks != Blocks::No) return;
    summaries[function].blocks = Blocks::Unknown;
    work.push_back(function);
  };
  for (FunctionIndex i = 0; i < summaries.size(); ++i)
    if (program.function(i).hasIndirectCalls && !program.function(i).neverBlocks) mark(i);
  while (!work.empty()) {
    FunctionIndex callee = work.back();
    work.pop_back();
    for (CallSite site : callers.callersOf(callee))
      if (passesBlockingOn(program, site)) mark(site.function);
  }
}

} // namespace

/// Breadth first from the leaves, so that every witness is a shortest chain; of several shortest ones the first call in
/// source order wins, whatever order the units were linked in.
void solveBlocking(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> level = blockingLeaves(program, summaries);
  for (uint32_t depth = 2; !level.empty(); ++depth) {
    std::vector<FunctionIndex> next;
    for (FunctionIndex callee : level) {
      if (program.function(callee).isCoroutine) continue;
      for (CallSite site : callers.callersOf(callee)) {
        if (!passesBlockingOn(program, site)) continue;
        Summary &caller = summaries[site.function];
        if (caller.blocks != Blocks::Yes) next.push_back(site.function);
        else if (caller.blockingDepth < depth || caller.blockingCall <= site.call) continue;
        caller.blocks = Blocks::Yes;
        caller.blockingCall = site.call;
        caller.blockingDepth = depth;
      }
    }
    level = std::move(next);
  }
  spreadUnknown(program, callers, summaries);
}

void solveLoopRunners(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> work;
  auto mark = [&](FunctionIndex function) {
    if (!summaries[function].runsLoop) work.push_back(function);
    summaries[function].runsLoop = true;
  };
  for (FunctionIndex i = 0; i < summaries.size(); ++i)
    for (const Call &call : program.function(i).calls)
      if (call.meaning == Meaning::RunsLoop) mark(i);
  while (!work.empty()) {
    FunctionIndex callee = work.back();
    work.pop_back();
    for (CallSite site : callers.callersOf(callee)) mark(site.function);
  }
}

} // namespace coroguard
