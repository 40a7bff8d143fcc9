// The loops of a function, however they are written, as condition, body and step.
#pragma once
#include <clang/AST/Expr.h>
#include <clang/AST/StmtCXX.h>
#include <optional>
#include <vector>

namespace coroguard {

struct LoopView {
  const clang::Stmt *statement = nullptr;
  const clang::Expr *condition = nullptr; // to go on; null: none
  const clang::Stmt *body = nullptr;
  const clang::Expr *step = nullptr;

  /// Is there no condition, or one that is always true?
  bool isEndless(const clang::ASTContext &ast) const;
};

/// A while, do or for loop, or a label with a conditional jump back to it. A loop over a range is none: it ends.
std::optional<LoopView> loopView(const clang::Stmt &statement);

/// A condition that decides whether a loop is left: `leavesWhen` it has this value.
struct ExitCondition {
  const clang::Expr *expression = nullptr;
  bool leavesWhen = false;
};

/// The loop's own condition (unless it is always true), and those of the branches in its body that leave it.
std::vector<ExitCondition> exitConditions(const LoopView &loop, const clang::ASTContext &ast);

/// Does this statement, a branch's, end by leaving the loop around it (break, return, co_return, throw, goto)? Inside a
/// loop of its own, break does not count.
bool leavesLoop(const clang::Stmt *branch, bool insideInnerLoop);

} // namespace coroguard
