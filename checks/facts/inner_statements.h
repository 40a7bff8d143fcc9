// A function's statements as a flat list: for questions that do not depend on the order in which they run.
#pragma once
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

namespace coroguard {

/// Calls visit for the statement and everything in it, outer before inner. Closures' bodies are functions of their own;
/// of a suspension only the operand is written by somebody.
template <class Visit> void forEachInner(const clang::Stmt *statement, Visit &&visit) {
  if (!statement) return;
  visit(*statement);
  if (const auto *closure = llvm::dyn_cast<clang::LambdaExpr>(statement)) {
    for (const clang::Expr *init : closure->capture_inits()) forEachInner(init, visit);
    return;
  }
  if (const auto *coroutine = llvm::dyn_cast<clang::CoroutineBodyStmt>(statement))
    return forEachInner(coroutine->getBody(), visit);
  if (const auto *suspension = llvm::dyn_cast<clang::CoroutineSuspendExpr>(statement))
    return forEachInner(suspension->getOperand(), visit);
  for (const clang::Stmt *child : statement->children()) forEachInner(child, visit);
}

/// The first of these that satisfies the predicate, or null.
template <class Node, class Predicate> const Node *findInner(const clang::Stmt *statement, Predicate &&predicate) {
  const Node *found = nullptr;
  forEachInner(statement, [&](const clang::Stmt &inner) {
    const auto *node = llvm::dyn_cast<Node>(&inner);
    if (!found && node && predicate(*node)) found = node;
  });
  return found;
}
template <class Node> const Node *findInner(const clang::Stmt *statement) {
  return findInner<Node>(statement, [](const Node &) { return true; });
}

} // namespace coroguard
