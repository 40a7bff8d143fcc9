#include "facts/returned_from.h"
#include "facts/awaitable_value.h"
#include "facts/inner_statements.h"
#include "language/callee.h"
#include <clang/AST/StmtCXX.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// An argument that only chooses an overload: std::defer_lock.
bool isTag(const Expr *argument) {
  const clang::CXXRecordDecl *record = argument->getType().getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->hasDefinition() && record->isEmpty();
}

/// A guard that holds its lock from here on, neither adopted nor deferred.
const GuardType *guardOf(const VarDecl &variable, UnitContext &unit) {
  const GuardType *guard = unit.lookup.guard(variable.getType());
  if (!guard || !variable.hasLocalStorage() || !variable.getInit() || isa<clang::ParmVarDecl>(variable)) return nullptr;
  const auto *made = dyn_cast<clang::CXXConstructExpr>(variable.getInit()->IgnoreImplicit());
  bool isPlain = !made || (made->getNumArgs() > 0 && llvm::none_of(made->arguments(), isTag));
  return isPlain ? guard : nullptr;
}

/// The call that makes a returned task, when nothing else of the return could need the lock or fail: its arguments
/// are made of variables, constants and moves.
const clang::CallExpr *plainReturnedCall(const clang::ReturnStmt &stmt, bool mayReadMembers) {
  const auto *call = stmt.getRetValue() ? dyn_cast<clang::CallExpr>(unwrap(stmt.getRetValue())) : nullptr;
  if (!call) return nullptr;
  bool isPlain = true;
  auto look = [&](const Stmt &part) {
    const auto *inner = dyn_cast<clang::CallExpr>(&part);
    const auto *made = dyn_cast<clang::CXXConstructExpr>(&part);
    const auto *member = dyn_cast<clang::MemberExpr>(&part);
    const auto *name = dyn_cast<clang::DeclRefExpr>(&part);
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    bool moves = inner && inner->getDirectCallee() && inner->getNumArgs() == 1 && inner->getDirectCallee()->isInStdNamespace() &&
                 inner->isXValue();
    bool arrow = inner && isa<clang::CXXOperatorCallExpr>(inner) &&
                 llvm::cast<clang::CXXOperatorCallExpr>(inner)->getOperator() == clang::OO_Arrow;
    if (inner && inner != call && !moves && !arrow) isPlain = false;
    if (made && !made->getConstructor()->isCopyOrMoveConstructor()) isPlain = false;
    if (!mayReadMembers && member && isa<clang::FieldDecl>(member->getMemberDecl())) isPlain = false;
    if (!mayReadMembers && variable && variable->hasGlobalStorage()) isPlain = false;
    return isPlain;
  };
  forEachWritten(call, look);
  return isPlain ? call : nullptr;
}

Misuse misuseOf(const clang::CallExpr &call, const AwaitableValue &made, Misuse::Form form, UnitContext &unit) {
  Misuse misuse;
  misuse.place = unit.place(call.getExprLoc());
  misuse.form = form;
  misuse.value = made;
  return misuse;
}

void underGuard(const VarDecl &guard, const clang::ReturnStmt &stmt, Function &facts, UnitContext &unit) {
  const GuardType *type = guardOf(guard, unit);
  const clang::CallExpr *call = type ? plainReturnedCall(stmt, /*mayReadMembers=*/false) : nullptr;
  std::optional<AwaitableValue> made = call ? awaitableValue(*call, unit) : std::nullopt;
  if (!made || !made->isTask || mentions(&stmt, guard)) return;
  // Up to its first suspension an eager task has run under a thread's lock; a task's lock is meant for all of it.
  if (made->start != Start::Lazy && type->of != GuardType::Of::Task) return;
  Misuse misuse = misuseOf(*call, *made, Misuse::Form::OutlivesObject, unit);
  misuse.subject = unit.string(guard.getNameAsString());
  misuse.other = unit.place(guard.getLocation());
  misuse.at = misuse.place;
  misuse.isGuard = true;
  facts.misuses.push_back(std::move(misuse));
}

/// Can this expression throw, as far as the declarations say?
bool mayThrow(const Stmt &stmt) {
  if (isa<clang::CXXThrowExpr, clang::CXXNewExpr>(stmt)) return true;
  const clang::FunctionDecl *callee = nullptr;
  if (const auto *made = dyn_cast<clang::CXXConstructExpr>(&stmt)) callee = made->getConstructor();
  else if (const auto *call = dyn_cast<clang::CallExpr>(&stmt); call && !(callee = call->getDirectCallee())) return true;
  if (!callee || callee->isTrivial()) return false;
  const auto *type = callee->getType()->getAs<clang::FunctionProtoType>();
  return !type || !type->isNothrow();
}

bool onlyRethrows(const clang::CXXCatchStmt &handler) {
  const auto *body = dyn_cast<clang::CompoundStmt>(handler.getHandlerBlock());
  if (!body || body->size() != 1) return false;
  const auto *expression = dyn_cast<Expr>(*body->body_begin());
  const auto *thrown = expression ? dyn_cast<clang::CXXThrowExpr>(expression->IgnoreImplicit()) : nullptr;
  return thrown && !thrown->getSubExpr();
}

} // namespace

void findReturnsUnderGuard(const Stmt &stmt, Function &facts, UnitContext &unit) {
  const auto *block = dyn_cast<clang::CompoundStmt>(&stmt);
  if (!block) return;
  const VarDecl *guard = nullptr;
  for (const Stmt *child : block->body()) {
    const auto *declared = dyn_cast<clang::DeclStmt>(child);
    const auto *returned = dyn_cast<clang::ReturnStmt>(child);
    if (returned && guard) underGuard(*guard, *returned, facts, unit);
    guard = declared && declared->isSingleDecl() ? dyn_cast<VarDecl>(declared->getSingleDecl()) : nullptr;
  }
}

void findReturnsInTry(const Stmt &stmt, Function &facts, UnitContext &unit) {
  const auto *attempt = dyn_cast<clang::CXXTryStmt>(&stmt);
  if (!attempt) return;
  bool handles = false;
  for (unsigned i = 0; i < attempt->getNumHandlers(); ++i) handles |= !onlyRethrows(*attempt->getHandler(i));
  if (!handles) return;
  std::vector<const clang::CallExpr *> calls;
  bool failsItself = false; // so that the handlers have something to do
  forEachWritten(attempt->getTryBlock(), [&](const Stmt &part) {
    if (const auto *returned = dyn_cast<clang::ReturnStmt>(&part)) {
      const clang::CallExpr *call = plainReturnedCall(*returned, /*mayReadMembers=*/true);
      if (call) calls.push_back(call);
      else failsItself |= returned->getRetValue() != nullptr;
      return false;
    }
    failsItself |= mayThrow(part);
    return !failsItself;
  });
  if (failsItself) return;
  for (const clang::CallExpr *call : calls) {
    std::optional<AwaitableValue> made = awaitableValue(*call, unit);
    if (!made || !made->isTask || made->start == Start::Unknown) continue;
    Misuse misuse = misuseOf(*call, *made, Misuse::Form::OutlivesHandler, unit);
    misuse.other = unit.place(attempt->getTryLoc());
    misuse.ifKept = made->start != Start::Lazy;
    facts.misuses.push_back(std::move(misuse));
  }
}

} // namespace coroguard
