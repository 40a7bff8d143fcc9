// A function's statements as a flat list: for questions that do not depend on the order in which they run.
#pragma once
#include "language/written_code.h"
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

namespace coroguard {

/// Calls visit for everything that forEachWritten visits.
template <class Visit> void forEachInner(const clang::Stmt *statement, Visit &&visit) {
  forEachWritten(statement, [&](const clang::Stmt &inner) {
    visit(inner);
    return true;
  });
}

/// The first of these that satisfies the predicate, or null.
template <class Node, class Predicate> const Node *findInner(const clang::Stmt *statement, Predicate &&predicate) {
  const Node *found = nullptr;
  forEachWritten(statement, [&](const clang::Stmt &inner) {
    const auto *node = llvm::dyn_cast<Node>(&inner);
    if (!found && node && predicate(*node)) found = node;
    return !found;
  });
  return found;
}
template <class Node> const Node *findInner(const clang::Stmt *statement) {
  return findInner<Node>(statement, [](const Node &) { return true; });
}

/// Is the variable named in the statement, or captured by a closure that is made in it?
inline bool mentions(const clang::Stmt *statement, const clang::ValueDecl &variable) {
  return findInner<clang::DeclRefExpr>(statement, [&](const clang::DeclRefExpr &name) { return name.getDecl() == &variable; });
}

} // namespace coroguard
