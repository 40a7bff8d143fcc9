#include "facts/author_mistakes.h"
#include "facts/handle_scope.h"
#include "facts/inner_statements.h"
#include "language/coroutine.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;
using llvm::isa;

/// The handle that a call resumes, or null.
const Expr *resumedBy(const Stmt &statement) {
  const auto *call = dyn_cast<clang::CallExpr>(&statement);
  const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (!callee || !resumesHandle(*callee)) return nullptr;
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(call)) return member->getImplicitObjectArgument();
  return isa<clang::CXXOperatorCallExpr>(call) ? call->getArg(0) : nullptr;
}

/// Is it the last thing that the statements do, whichever way is taken?
bool isLast(const Stmt *within, const Stmt &call);

bool isInside(const Stmt *within, const Stmt &call) {
  return within && findInner<Stmt>(within, [&](const Stmt &inner) { return &inner == &call; });
}

bool endsAtOnce(const Stmt *statement) { // says only that the coroutine stays suspended
  const auto *result = dyn_cast<clang::ReturnStmt>(statement);
  const Expr *value = result ? result->getRetValue() : nullptr;
  const auto *literal = value ? dyn_cast<clang::CXXBoolLiteralExpr>(value->IgnoreParenImpCasts()) : nullptr;
  return isa<clang::NullStmt>(statement) || (result && (!value || (literal && literal->getValue())));
}

bool isLastOf(const clang::CompoundStmt &block, const Stmt &call) {
  bool found = false;
  for (const Stmt *each : block.body()) {
    if (found && !endsAtOnce(each)) return false;
    if (!found && isInside(each, call)) {
      if (!isLast(each, call)) return false;
      found = true;
    }
  }
  return found;
}

bool isLast(const Stmt *within, const Stmt &call) {
  if (const auto *expression = dyn_cast<Expr>(within)) return expression->IgnoreImplicit() == &call;
  if (const auto *block = dyn_cast<clang::CompoundStmt>(within)) return isLastOf(*block, call);
  if (const auto *branch = dyn_cast<clang::IfStmt>(within)) {
    bool inThen = isInside(branch->getThen(), call);
    const Stmt *taken = inThen ? branch->getThen() : branch->getElse();
    return isInside(taken, call) && isLast(taken, call);
  }
  return false; // one of several rounds, or nobody knows
}

/// One of several that are resumed in turn, of which only one could be returned.
bool resumesInLoop(const Stmt *body) {
  return findInner<Stmt>(body, [](const Stmt &inner) {
    bool isLoop = isa<clang::WhileStmt, clang::DoStmt, clang::ForStmt, clang::CXXForRangeStmt>(inner);
    return isLoop && findInner<Stmt>(&inner, [](const Stmt &part) { return resumedBy(part) != nullptr; });
  });
}

/// What a call only passes on: the argument of std::exchange, of coroutine_handle::from_address and from_promise, the
/// owner that is looked through; null when it may make something.
const Expr *passedOn(const clang::CallExpr &call) {
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) return member->getImplicitObjectArgument();
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call))
    return op->getOperator() == clang::OO_Arrow || op->getOperator() == clang::OO_Star || op->getOperator() == clang::OO_Subscript
               ? op->getArg(0)
               : nullptr;
  const clang::FunctionDecl *callee = call.getDirectCallee();
  return callee && isStdFunction(*callee) && call.getNumArgs() > 0 ? call.getArg(0) : nullptr;
}

/// Made here: a driver of its own that nobody awaits, or the handle of a coroutine that has just been called.
bool isMadeHere(const Expr *handle) {
  handle = unwrap(handle);
  while (const auto *member = dyn_cast<clang::MemberExpr>(handle)) handle = unwrap(member->getBase());
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(handle)) return isMadeHere(unary->getSubExpr());
  if (const auto *call = dyn_cast<clang::CallExpr>(handle)) {
    const Expr *from = passedOn(*call);
    return !from || isMadeHere(from);
  }
  const auto *name = dyn_cast<clang::DeclRefExpr>(handle);
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  if (!variable || isa<clang::ParmVarDecl>(variable) || !variable->isLocalVarDecl() || !variable->getInit()) return false;
  const Expr *made = unwrap(variable->getInit());
  return isa<clang::CallExpr>(made) && !isa<clang::CXXMemberCallExpr>(made) && !isCoroutineHandle(variable->getType());
}

} // namespace

void findResumesInSuspend(const clang::CXXMethodDecl &suspend, UnitContext &unit) {
  const Stmt *body = suspend.getBody();
  if (!findInner<Stmt>(body, [](const Stmt &inner) { return resumedBy(inner) != nullptr; })) return;
  HandleScope scope(suspend);
  bool mayReturnIt = !isCoroutineHandle(suspend.getReturnType()) && !resumesInLoop(body);
  forEachInner(body, [&](const Stmt &inner) {
    const Expr *handle = resumedBy(inner);
    if (!handle) return;
    bool isOwn = scope.isHandle(handle);
    bool isTail = mayReturnIt && isLast(body, inner) && !isMadeHere(handle);
    if (!isOwn && !isTail) return;
    Place waiter = isOwn ? unit.place(suspend.getParamDecl(0)->getLocation()) : Place{};
    unit.facts.authorMistakes.push_back({unit.place(llvm::cast<Expr>(inner).getExprLoc()), AuthorMistake::Form::ResumesInSuspend,
                                         unit.text(unwrap(handle)->getSourceRange()), {}, waiter, {}});
  });
}

} // namespace coroguard
