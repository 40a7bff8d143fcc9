#include "program/registered_callables.h"

namespace coroguard {
namespace {

/// Who calls a slot.
struct Callers {
  bool onLoop = false;
  bool elsewhere = false; // or nobody knows who
};

std::vector<Callers> callersOfSlots(const Program &program, const std::vector<Summary> &summaries) {
  std::vector<Callers> callers(program.facts().strings.size());
  for (CallSite site : program.callsOfSlots()) {
    const Call &call = program.call(site);
    bool isLoopCode = summaries[site.function].onLoop && !call.offLoop;
    (isLoopCode ? callers[call.slot.value].onLoop : callers[call.slot.value].elsewhere) = true;
  }
  return callers;
}

/// What holds for a slot holds for every slot that is copied into it.
void spreadToSources(const Program &program, std::vector<Callers> &callers) {
  const std::vector<Binding> &bindings = program.facts().bindings;
  for (bool changed = true; changed;) { // as often as the longest chain of copies, which is short
    changed = false;
    for (const Binding &binding : bindings) {
      if (!binding.from) continue;
      Callers &source = callers[binding.from.value];
      const Callers &copy = callers[binding.slot.value];
      changed |= (copy.onLoop && !source.onLoop) || (copy.elsewhere && !source.elsewhere);
      source.onLoop |= copy.onLoop;
      source.elsewhere |= copy.elsewhere;
    }
  }
}

/// Functions with a use besides being bound: a call by name, or a handoff.
std::vector<bool> otherwiseUsed(const Program &program) {
  std::vector<bool> used(program.functions().size());
  auto mark = [&](StringId callable) {
    if (FunctionIndex function = program.find(callable); function != noFunction) used[function] = true;
  };
  for (const Function &function : program.functions()) {
    for (const Call &call : function.calls) mark(call.callee);
    for (const Handoff &handoff : function.handoffs) mark(handoff.callable);
  }
  return used;
}

} // namespace

void addRegisteredCallables(const Program &program, std::vector<Summary> &summaries) {
  const std::vector<Binding> &bindings = program.facts().bindings;
  if (bindings.empty()) return;
  const std::vector<bool> used = otherwiseUsed(program);
  for (bool changed = true; changed;) { // a registered callable may call what another one registered
    changed = false;
    std::vector<Callers> callers = callersOfSlots(program, summaries);
    spreadToSources(program, callers);
    std::vector<Callers> of(summaries.size()); // a callable in several slots
    for (const Binding &binding : bindings) {
      FunctionIndex callable = program.find(binding.callable);
      if (callable == noFunction) continue;
      of[callable].onLoop |= callers[binding.slot.value].onLoop;
      of[callable].elsewhere |= callers[binding.slot.value].elsewhere;
    }
    for (FunctionIndex i = 0; i < summaries.size(); ++i) {
      bool isLoopCode = of[i].onLoop && !of[i].elsewhere && !used[i] && !program.function(i).isCoroutine;
      changed |= isLoopCode && !summaries[i].onLoop;
      summaries[i].onLoop |= isLoopCode;
    }
  }
}

std::vector<bool> slotsOfSeveralThreads(const Program &program, const std::vector<Summary> &summaries) {
  std::vector<bool> several;
  for (const Callers &callers : callersOfSlots(program, summaries)) several.push_back(callers.onLoop && callers.elsewhere);
  return several;
}

} // namespace coroguard
