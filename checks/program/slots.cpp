#include "program/slots.h"
#include "program/program.h"

namespace coroguard {

CopiesIndex::CopiesIndex(const Program &program) : starts(program.facts().strings.size() + 1) {
  const std::vector<Binding> &bindings = program.facts().bindings;
  for (const Binding &binding : bindings)
    if (binding.from) ++starts[binding.from.value + 1];
  for (size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  slots.resize(starts.back());
  std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
  for (const Binding &binding : bindings)
    if (binding.from) slots[next[binding.from.value]++] = binding.slot;
}

bool Slots::join(State &into, const State &from) {
  if (from.kind == Kind::None || into.kind == Kind::Many) return false;
  if (into.kind == Kind::One && from.kind == Kind::One && into.target == from.target) return false;
  into.kind = into.kind == Kind::None ? from.kind : Kind::Many;
  into.target = from.target;
  return true;
}

/// A state grows twice at most, so this is linear in the bindings.
Slots::Slots(const Program &program) : states(program.facts().strings.size()) {
  CopiesIndex copies(program);
  std::vector<StringId> work;
  auto reach = [&](StringId slot, const State &value) {
    if (join(states[slot.value], value)) work.push_back(slot);
  };
  for (const Binding &binding : program.facts().bindings)
    if (!binding.from) reach(binding.slot, binding.callable ? State{Kind::One, binding.callable} : State{Kind::Many, {}});
  while (!work.empty()) {
    StringId slot = work.back();
    work.pop_back();
    for (StringId copy : copies.copiesOf(slot)) reach(copy, states[slot.value]);
  }
}

} // namespace coroguard
