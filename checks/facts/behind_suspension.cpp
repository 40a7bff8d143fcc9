#include "facts/behind_suspension.h"
#include "facts/flow.h"
#include "facts/real_suspension.h"
#include <clang/AST/ExprCXX.h>

namespace coroguard {
namespace {

enum class State : uint8_t { Unreached, Before, Behind };

bool isReal(const FlowElement &element, UnitContext &unit) {
  if (element.kind != FlowElement::Kind::Suspension) return false;
  const auto *written = llvm::dyn_cast<clang::CoroutineSuspendExpr>(element.statement);
  return !written || maySuspend(*written, unit);
}

void visitStep(const clang::Stmt &step, llvm::function_ref<void(const clang::Stmt &)> visit) {
  visit(step);
  if (const auto *closure = llvm::dyn_cast<clang::LambdaExpr>(&step))
    for (const clang::Expr *captured : closure->capture_inits())
      if (captured) visit(*unwrap(captured));
}

} // namespace

void forEachBehindSuspension(const clang::FunctionDecl &function, UnitContext &unit,
                             llvm::function_ref<void(const clang::Stmt &)> visit) {
  auto cfg = SuspensionCfg::build(function, unit.ast);
  if (!cfg) return;
  auto step = [&](State &state, const FlowElement &element) {
    if (isReal(element, unit)) state = State::Behind;
  };
  auto starts = solveForward<State>(
      *cfg, State::Before, [](State &into, State from, EdgeKind) { into = std::max(into, from); }, step);
  for (unsigned i = 0; i < starts.size(); ++i) {
    State state = starts[i];
    for (const FlowElement &element : cfg->nodes()[i].elements) {
      bool runs = element.kind == FlowElement::Kind::Statement && element.statement;
      if (state == State::Behind && runs) visitStep(*element.statement, visit);
      step(state, element);
    }
  }
}

} // namespace coroguard
