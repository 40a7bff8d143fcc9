#include "facts/locked_calls.h"
#include "facts/held_locks.h"

namespace coroguard {

/// Of a guard or mutex that is held, the fact about one call below it. A call of one's own function counts only below a
/// guard: with a mutex locked by hand, that function may be the one that unlocks it.
static void addLockedCall(const Call &call, const HeldLock &held, Function &facts, UnitContext &unit) {
  if (call.meaning != Meaning::Resumes && (!held.isGuard() || call.dispatched)) return;
  LockedCall fact;
  fact.place = call.place;
  fact.callee = call.callee;
  fact.name = call.name;
  fact.meaning = call.meaning;
  fact.lock = unit.string(held.holder->getName());
  fact.lockedAt = unit.place(held.at->getBeginLoc());
  facts.lockedCalls.push_back(std::move(fact));
}

void findLockedCalls(FunctionFlow &flow, const CallsByExpression &calls, Function &facts) {
  UnitContext &unit = flow.unit;
  if (calls.empty() || !mayLock(flow.function, unit)) return;
  const SuspensionCfg *cfg = flow.cfg();
  if (!cfg) return;
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<size_t, 1>> callsOf;
  for (auto [expression, index] : calls) callsOf[expression].push_back(index);
  std::vector<HeldLocks> starts = solveHeldLocks(*cfg, unit);
  for (size_t node = 0; node < starts.size(); ++node) {
    HeldLocks state = starts[node];
    if (!state.reached) continue;
    for (const FlowElement &element : cfg->nodes()[node].elements) {
      const HeldLock *held = state.latest(GuardType::Of::Thread);
      stepLocks(state, element, unit);
      auto made = held ? callsOf.find(element.statement) : callsOf.end();
      if (made == callsOf.end() || !state.latest(GuardType::Of::Thread)) continue; // given the guard, it may unlock
      for (size_t index : made->second) addLockedCall(facts.calls[index], *state.latest(GuardType::Of::Thread), facts, unit);
    }
  }
}

} // namespace coroguard
