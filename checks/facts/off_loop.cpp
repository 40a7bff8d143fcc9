#include "facts/off_loop.h"
#include "facts/handoffs.h"
#include "language/callee.h"

namespace coroguard {
namespace {

using clang::Expr;

/// Where the coroutine runs. Mixed: on some paths here, on others there, or on an executor nobody knows.
enum class Whereabouts { Unreached, Loop, Offload, Mixed };

Whereabouts join(Whereabouts a, Whereabouts b) {
  if (a == Whereabouts::Unreached) return b;
  return b == Whereabouts::Unreached || a == b ? a : Whereabouts::Mixed;
}

/// What awaiting this call does to the coroutine's whereabouts, if it is a hop.
std::optional<Whereabouts> destination(const Expr *awaited, UnitContext &unit) {
  const auto *call = llvm::dyn_cast<clang::CallExpr>(unwrap(awaited));
  Callee callee = call ? resolveCallee(*call) : Callee{};
  const Hop *hop = callee.function ? unit.lookup.hop(*callee.function) : nullptr;
  if (!hop) return std::nullopt;
  const auto *member = llvm::dyn_cast<clang::CXXMemberCallExpr>(call);
  const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
  RunsOn runs = hop->runs;
  if (runs == RunsOn::Executor) runs = executorOf(hop->executor, object, llvm::ArrayRef(call->getArgs(), call->getNumArgs()), unit).runsOn;
  switch (runs) {
  case RunsOn::Loop: return Whereabouts::Loop;
  case RunsOn::Offload: return Whereabouts::Offload;
  default: return Whereabouts::Mixed;
  }
}

} // namespace

void markCallsOffLoop(FunctionFlow &flow, const CallsByExpression &calls, const CallsByVariable &ends, Function &facts) {
  const SuspensionCfg *cfg = flow.cfg();
  if (!cfg) return;
  UnitContext &unit = flow.unit;
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<size_t, 1>> callsOf; // several: what it calls, what that runs
  for (auto [expression, index] : calls) callsOf[expression].push_back(index);
  llvm::DenseMap<const clang::VarDecl *, Whereabouts> endsIn; // over all the places where a variable's life ends

  auto transfer = [&](Whereabouts &state, const FlowElement &element) {
    if (element.kind != FlowElement::Kind::Suspension) return;
    const auto *await = llvm::dyn_cast<clang::CoawaitExpr>(element.statement);
    if (auto moved = await ? destination(await->getOperand(), unit) : std::nullopt) state = *moved;
  };
  auto merge = [](Whereabouts &into, Whereabouts from, EdgeKind) { into = join(into, from); };
  auto starts = solveForward<Whereabouts>(*cfg, Whereabouts::Loop, merge, transfer);
  for (size_t node = 0; node < starts.size(); ++node) {
    Whereabouts state = starts[node];
    for (const FlowElement &element : cfg->nodes()[node].elements) {
      transfer(state, element);
      if (element.kind == FlowElement::Kind::Destructor && element.variable)
        endsIn[element.variable] = join(endsIn.lookup(element.variable), state);
      auto made = callsOf.find(element.statement);
      if (made == callsOf.end() || state != Whereabouts::Offload) continue;
      for (size_t call : made->second) facts.calls[call].offLoop = true;
    }
  }
  for (auto [variable, call] : ends) facts.calls[call].offLoop = endsIn.lookup(variable) == Whereabouts::Offload;
}

} // namespace coroguard
