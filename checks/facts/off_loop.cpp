#include "facts/off_loop.h"
#include "facts/whereabouts.h"

namespace coroguard {

void markCallsOffLoop(FunctionFlow &flow, const CallsByExpression &calls, const CallsByVariable &ends, Function &facts) {
  const SuspensionCfg *cfg = flow.cfg();
  if (!cfg) return;
  UnitContext &unit = flow.unit;
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<size_t, 1>> callsOf; // several: what it calls, what that runs
  for (auto [expression, index] : calls) callsOf[expression].push_back(index);
  llvm::DenseMap<const clang::VarDecl *, std::optional<bool>> offLoopEnds; // is every place where its life ends off the loop?
  std::vector<Whereabouts> starts = solveWhereabouts(*cfg, OtherAwaits::Stay, unit);
  for (size_t node = 0; node < starts.size(); ++node) {
    Whereabouts state = starts[node];
    for (const FlowElement &element : cfg->nodes()[node].elements) {
      followHop(state, element, OtherAwaits::Stay, unit);
      if (element.kind == FlowElement::Kind::Destructor && element.variable && state.where != Whereabouts::Where::Unreached) {
        std::optional<bool> &all = offLoopEnds[element.variable];
        all = all.value_or(true) && state.where == Whereabouts::Where::Offload;
      }
      auto made = callsOf.find(element.statement);
      if (made == callsOf.end() || state.where != Whereabouts::Where::Offload) continue;
      for (size_t call : made->second) facts.calls[call].offLoop = true;
    }
  }
  for (auto [variable, call] : ends) facts.calls[call].offLoop = offLoopEnds.lookup(variable).value_or(false);
}

} // namespace coroguard
