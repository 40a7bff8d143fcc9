#include "program/dispatch.h"
#include "program/program.h"

namespace coroguard {

Dispatch::Dispatch(const Program &program) {
  const std::vector<Override> &overrides = program.facts().overrides; // sorted, so those of one function are neighbours
  byEntity.assign(program.facts().strings.size(), ~uint32_t(0));
  for (const Override &fact : overrides) {
    if (byEntity[fact.base.value] != ~uint32_t(0)) continue;
    byEntity[fact.base.value] = all.size();
    all.emplace_back();
  }
  for (size_t i = 0; i < overrides.size(); ++i) {
    const Override &fact = overrides[i];
    uint32_t group = byEntity[fact.base.value];
    bool isFirst = i == 0 || overrides[i - 1].base != fact.base;
    if (isFirst && !fact.basePure) add(program, group, fact.base, /*asGroup=*/false);
    bool isRepeated = !isFirst && overrides[i - 1].overrider == fact.overrider;
    if (!isRepeated) add(program, group, fact.overrider, /*asGroup=*/true);
  }
  for (const Function &function : program.functions())
    for (const Call &call : function.calls)
      if (call.dispatched) addAlone(program, call.callee);
}

/// A virtual function that nothing overrides is called for its own body.
void Dispatch::addAlone(const Program &program, StringId entity) {
  if (byEntity[entity.value] != ~uint32_t(0) || program.find(entity) == noFunction) return;
  uint32_t group = all.size();
  all.emplace_back();
  add(program, group, entity, /*asGroup=*/false);
  byEntity[entity.value] = group;
}

void Dispatch::add(const Program &program, uint32_t group, StringId body, bool asGroup) {
  uint32_t inner = asGroup ? byEntity[body.value] : ~uint32_t(0);
  ++all[group].members;
  if (inner != ~uint32_t(0)) {
    members.push_back({uint32_t(program.functions().size()) + inner, group});
    return;
  }
  FunctionIndex function = program.find(body);
  if (function == noFunction) all[group].isComplete = false;
  else members.push_back({function, group});
}

} // namespace coroguard
