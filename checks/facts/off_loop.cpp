#include "facts/off_loop.h"
#include "facts/whereabouts.h"

namespace coroguard {

void markCallsOffLoop(FunctionFlow &flow, const CallsByExpression &calls, Function &facts) {
  const SuspensionCfg *cfg = flow.cfg();
  if (!cfg) return;
  UnitContext &unit = flow.unit;
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<size_t, 1>> callsOf; // several: what it calls, what that runs
  for (auto [expression, index] : calls) callsOf[expression].push_back(index);
  std::vector<Whereabouts> starts = solveWhereabouts(*cfg, OtherAwaits::Stay, unit);
  for (size_t node = 0; node < starts.size(); ++node) {
    Whereabouts state = starts[node];
    for (const FlowElement &element : cfg->nodes()[node].elements) {
      followHop(state, element, OtherAwaits::Stay, unit);
      auto made = callsOf.find(element.statement);
      if (made == callsOf.end() || state.where != Whereabouts::Where::Offload) continue;
      for (size_t call : made->second) facts.calls[call].offLoop = true;
    }
  }
}

} // namespace coroguard
