#include "facts/loop_view.h"
#include <clang/AST/ASTContext.h>
#include <clang/AST/ExprCXX.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;

/// A condition that declares a variable is what the variable is made from.
const Expr *conditionOf(const clang::VarDecl *variable, const Expr *condition) {
  return variable && variable->getInit() ? variable->getInit() : condition;
}

const Stmt *last(const Stmt *statement) {
  const auto *block = llvm::dyn_cast_or_null<clang::CompoundStmt>(statement);
  return block ? (block->body_empty() ? nullptr : last(block->body_back())) : statement;
}

/// again: if (condition) { ...; goto again; }
std::optional<LoopView> jumpBack(const clang::LabelStmt &label) {
  const auto *branch = dyn_cast<clang::IfStmt>(label.getSubStmt());
  if (!branch || branch->getElse() || branch->getInit()) return std::nullopt;
  const auto *jump = llvm::dyn_cast_or_null<clang::GotoStmt>(last(branch->getThen()));
  if (!jump || jump->getLabel() != label.getDecl()) return std::nullopt;
  return LoopView{&label, branch->getCond(), branch->getThen(), nullptr};
}

bool isInnerLoop(const Stmt &statement) {
  return llvm::isa<clang::WhileStmt, clang::DoStmt, clang::ForStmt, clang::CXXForRangeStmt>(statement);
}

void addExits(const Stmt *statement, bool insideInnerLoop, std::vector<ExitCondition> &exits) {
  if (!statement || llvm::isa<clang::LambdaExpr>(statement)) return;
  if (const auto *branch = dyn_cast<clang::IfStmt>(statement)) {
    const Expr *condition = conditionOf(branch->getConditionVariable(), branch->getCond());
    if (leavesLoop(branch->getThen(), insideInnerLoop)) exits.push_back({condition, true});
    if (leavesLoop(branch->getElse(), insideInnerLoop)) exits.push_back({condition, false});
  }
  insideInnerLoop |= isInnerLoop(*statement) || llvm::isa<clang::SwitchStmt>(statement);
  for (const Stmt *child : statement->children()) addExits(child, insideInnerLoop, exits);
}

} // namespace

bool LoopView::isEndless(const clang::ASTContext &ast) const {
  if (!condition) return true;
  bool value = false;
  return !condition->isValueDependent() && condition->EvaluateAsBooleanCondition(value, ast) && value;
}

std::optional<LoopView> loopView(const Stmt &statement) {
  if (const auto *loop = dyn_cast<clang::WhileStmt>(&statement))
    return LoopView{loop, conditionOf(loop->getConditionVariable(), loop->getCond()), loop->getBody(), nullptr};
  if (const auto *loop = dyn_cast<clang::DoStmt>(&statement))
    return LoopView{loop, loop->getCond(), loop->getBody(), nullptr};
  if (const auto *loop = dyn_cast<clang::ForStmt>(&statement))
    return LoopView{loop, conditionOf(loop->getConditionVariable(), loop->getCond()), loop->getBody(), loop->getInc()};
  const auto *label = dyn_cast<clang::LabelStmt>(&statement);
  return label ? jumpBack(*label) : std::nullopt;
}

std::vector<ExitCondition> exitConditions(const LoopView &loop, const clang::ASTContext &ast) {
  std::vector<ExitCondition> exits;
  if (!loop.isEndless(ast)) exits.push_back({loop.condition, false});
  addExits(loop.body, false, exits);
  return exits;
}

bool leavesLoop(const Stmt *branch, bool insideInnerLoop) {
  const Stmt *end = last(branch);
  if (!end) return false;
  if (llvm::isa<clang::BreakStmt>(end)) return !insideInnerLoop;
  if (const auto *cleanups = dyn_cast<clang::ExprWithCleanups>(end)) end = cleanups->getSubExpr();
  return llvm::isa<clang::ReturnStmt, clang::CoreturnStmt, clang::CXXThrowExpr, clang::GotoStmt>(end);
}

} // namespace coroguard
