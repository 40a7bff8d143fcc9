#include "facts/loop_touches.h"

namespace coroguard {

bool touchesLoop(const clang::FunctionDecl &callee, const SinkCall *sink, const clang::Expr *object, UnitContext &unit) {
  bool isContinuation = sink && sink->runs == RunsOn::Loop && sink->result == SinkCall::Result::Used;
  if (isContinuation) return false; // of work that is there already
  if (sink) return sink->runs != RunsOn::Here && sink->runs != RunsOn::Signal && sink->runs != RunsOn::Offload;
  // Of the other members only those that give nothing back are known to be more than a question.
  if (!object || !callee.getReturnType()->isVoidType() || llvm::isa<clang::CXXDestructorDecl>(callee)) return false;
  clang::QualType type = object->getType();
  if (type->isPointerType()) type = type->getPointeeType();
  return unit.lookup.executor(type) == RunsOn::Loop || unit.lookup.loopBoundType(type.getNonReferenceType());
}

bool staysInside(const clang::Expr &object, const clang::FunctionDecl &callee, const clang::FunctionDecl *caller) {
  const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(caller);
  const auto *called = llvm::dyn_cast<clang::CXXMethodDecl>(&callee);
  return method && called && llvm::isa<clang::CXXThisExpr>(object.IgnoreParenImpCasts()) &&
         method->getParent()->getCanonicalDecl() == called->getParent()->getCanonicalDecl();
}

} // namespace coroguard
