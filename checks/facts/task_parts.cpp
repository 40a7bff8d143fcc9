#include "facts/task_parts.h"
#include <clang/AST/ExprCXX.h>

namespace coroguard {

using clang::Expr;
using llvm::dyn_cast;

bool isTaskType(clang::QualType type, UnitContext &unit) {
  return unit.valueType(type.getNonReferenceType().getUnqualifiedType()).canBeAwaited();
}

void forEachTaskCall(const Expr &expression, int steps, llvm::function_ref<bool(const clang::VarDecl &)> isOwn,
                     llvm::function_ref<void(const clang::CallExpr &, int steps)> visit, UnitContext &unit) {
  constexpr int mostSteps = 32;
  if (steps > mostSteps) return;
  auto into = [&](const Expr *part) { forEachTaskCall(*part, steps + 1, isOwn, visit, unit); };
  auto intoTask = [&](const Expr *part) {
    if (isTaskType(part->getType(), unit)) into(part);
  };
  const Expr *e = unwrap(&expression);
  if (const auto *choice = dyn_cast<clang::ConditionalOperator>(e)) {
    into(choice->getTrueExpr());
    into(choice->getFalseExpr());
  } else if (const auto *comma = dyn_cast<clang::BinaryOperator>(e); comma && comma->isCommaOp()) {
    into(comma->getRHS());
  } else if (const auto *name = dyn_cast<clang::DeclRefExpr>(e)) {
    const auto *variable = dyn_cast<clang::VarDecl>(name->getDecl());
    bool isLocal = variable && variable->isLocalVarDecl() && variable->getInit() && isOwn(*variable);
    if (isLocal && isTaskType(variable->getType(), unit)) into(variable->getInit());
  } else if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(e)) {
    into(cast->getSubExpr());
  } else if (const auto *list = dyn_cast<clang::InitListExpr>(e)) {
    for (const Expr *part : list->inits()) intoTask(part);
  } else if (const auto *made = dyn_cast<clang::CXXConstructExpr>(e)) {
    for (const Expr *part : made->arguments()) intoTask(part);
  } else if (const auto *call = dyn_cast<clang::CallExpr>(e); call && isTaskType(call->getType(), unit)) {
    visit(*call, steps);
  }
}

} // namespace coroguard
