// Who may resume coroutines, from callees to callers; and which plain functions run on an event loop, the other way.
#include "program/solve.h"

namespace coroguard {

/// Breadth first from the functions that resume something themselves, each by its first such call.
void solveResumes(const Program &program, const CallersIndex &callers, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> work;
  auto mark = [&](FunctionIndex function, uint32_t call) {
    if (summaries[function].resumes) return;
    summaries[function].resumes = true;
    summaries[function].resumingCall = call;
    work.push_back(function);
  };
  for (CallSite site : program.callsWithMeaning())
    if (program.call(site).meaning == Meaning::Resumes) mark(site.function, site.call);
  for (size_t next = 0; next < work.size(); ++next) {
    if (program.isCoroutine(work[next])) continue; // whoever awaits it is resumed some time later
    for (CallSite site : callers.callersOf(work[next])) mark(site.function, site.call);
  }
}

/// A function whose task can be made only on a loop's thread runs there, if perhaps on a fiber of it. A caller that is
/// known to run there speaks for it.
static void addMakersOfTasks(const Program &program, std::vector<Summary> &summaries) {
  std::vector<bool> spokenFor(summaries.size());
  for (FunctionIndex i = 0; i < summaries.size(); ++i) {
    if (!summaries[i].onLoop && !summaries[i].onFiber && !program.function(i).givesLoopsTask) continue;
    for (const Call &call : program.function(i).calls)
      if (FunctionIndex callee = program.find(call.callee); callee != noFunction) spokenFor[callee] = true;
  }
  for (FunctionIndex i = 0; i < summaries.size(); ++i) {
    bool isShown = summaries[i].onLoop || summaries[i].calledOnLoop.function != noFunction || spokenFor[i];
    if (program.function(i).givesLoopsTask && !isShown) summaries[i].onFiber = true;
  }
}

/// Breadth first from the bodies that run on a loop, along the calls that they make there.
void solveCalledOnLoop(const Program &program, std::vector<Summary> &summaries) {
  std::vector<FunctionIndex> work;
  for (FunctionIndex i = 0; i < summaries.size(); ++i)
    if (summaries[i].onLoop) work.push_back(i);
  for (size_t next = 0; next < work.size(); ++next) {
    const Function &caller = program.function(work[next]);
    for (uint32_t call = 0; call < caller.calls.size(); ++call) {
      FunctionIndex callee = caller.calls[call].offLoop ? noFunction : program.runsDuring(caller.calls[call]);
      if (callee == noFunction || program.isCoroutine(callee)) continue;
      Summary &summary = summaries[callee];
      if (summary.onLoop || summary.calledOnLoop.function != noFunction) continue;
      summary.calledOnLoop = {work[next], call};
      work.push_back(callee);
    }
  }
  addMakersOfTasks(program, summaries);
}

} // namespace coroguard
