#include "facts/real_suspension.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"

namespace coroguard {
namespace {

using clang::Stmt;
using llvm::dyn_cast;

const clang::FunctionDecl *calledIn(const clang::Expr *expression) {
  if (!expression) return nullptr;
  expression = expression->IgnoreImplicit()->IgnoreParenImpCasts();
  const auto *call = dyn_cast<clang::CallExpr>(expression);
  return call ? call->getDirectCallee() : nullptr;
}

/// Does every return of the function say this and nothing else, itself or by what it passes on?
bool alwaysReturns(const clang::FunctionDecl *function, bool wanted, UnitContext &unit, unsigned depth = 0) {
  bool any = false, others = false;
  forEachInner(readableBody(function, unit), [&](const Stmt &inner) {
    const auto *result = dyn_cast<clang::ReturnStmt>(&inner);
    if (!result) return;
    const clang::Expr *value = result->getRetValue();
    const auto *truth = value ? dyn_cast<clang::CXXBoolLiteralExpr>(value->IgnoreParenImpCasts()) : nullptr;
    bool passesOn = !truth && depth < 2 && alwaysReturns(calledIn(value), wanted, unit, depth + 1);
    any = true;
    others |= !passesOn && (!truth || truth->getValue() != wanted);
  });
  return any && !others;
}

/// What is awaited, as it is written or as the promise transforms it, may be in a header whose bodies are not parsed.
bool isReadyByModel(const clang::CoroutineSuspendExpr &suspension, UnitContext &unit) {
  auto isReady = [&](const clang::Expr *awaited) {
    const Hop *hop = awaited ? unit.lookup.hop(unwrap(awaited)->getType()) : nullptr;
    return hop && hop->runs == RunsOn::Here;
  };
  return isReady(suspension.getOperand()) || isReady(suspension.getCommonExpr());
}

} // namespace

bool maySuspend(const clang::CoroutineSuspendExpr &suspension, UnitContext &unit) {
  const clang::FunctionDecl *ready = calledIn(suspension.getReadyExpr());
  const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(ready);
  if (method && method->getParent()->isInStdNamespace() && method->getParent()->getName() == "suspend_never") return false;
  if (isReadyByModel(suspension, unit)) return false;
  return !alwaysReturns(ready, true, unit) && !alwaysReturns(calledIn(suspension.getSuspendExpr()), false, unit);
}

} // namespace coroguard
