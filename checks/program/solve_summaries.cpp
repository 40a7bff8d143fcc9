// Properties that travel from callees to callers.
#include "program/solve.h"
#include "program/ways.h"

namespace coroguard {
namespace {

/// A caller sleeps in what it calls, unless it is a coroutine (whoever awaits it does not sleep in that call), someone
/// vouches for it, or the call is made after a hop to a pool or before the process ends.
bool passesBlockingOn(const Program &program, CallSite site) {
  if (program.isCoroutine(site.function)) return false;
  return !program.function(site.function).neverBlocks && holdsLoop(program.call(site));
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
      if (summaries[site.function].blocks == Blocks::No && passesBlockingOn(program, site)) mark(site.function);
  }
}

} // namespace

void solveBlocking(const Program &program, const CallersIndex &callers, const Ways &sleeps, std::vector<Summary> &summaries) {
  for (FunctionIndex i = 0; i < summaries.size(); ++i) {
    Way way = sleeps.of(i);
    if (!way) continue;
    summaries[i].blocks = Blocks::Yes;
    summaries[i].blockingCall = way.call;
    summaries[i].blockingDepth = way.depth;
  }
  spreadUnknown(program, callers, summaries);
}

void solveLoopRunners(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> work;
  auto mark = [&](FunctionIndex function) {
    if (!summaries[function].runsLoop) work.push_back(function);
    summaries[function].runsLoop = true;
  };
  for (CallSite site : program.callsWithMeaning())
    if (program.call(site).meaning == Meaning::RunsLoop) mark(site.function);
  while (!work.empty()) {
    FunctionIndex callee = work.back();
    work.pop_back();
    for (CallSite site : callers.callersOf(callee)) mark(site.function);
  }
}

} // namespace coroguard
