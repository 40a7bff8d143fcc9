#include "facts/failed_try.h"
#include "facts/inner_statements.h"
#include "facts/unit_context.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

bool jumps(const Stmt &part) { return isa<clang::ContinueStmt, clang::LabelStmt, clang::GotoStmt>(part); }

/// Does the way from the block to the end of the loop's body lead out of the loop?
bool endsBehind(const clang::CXXTryStmt &block, const LoopView &loop) {
  std::vector<const Stmt *> around = writtenAround(loop.body, block);
  const Stmt *inner = &block;
  for (const Stmt *outer : llvm::reverse(around)) {
    if (isa<clang::SwitchStmt, clang::CXXForRangeStmt>(outer) || loopView(*outer)) return false;
    if (const auto *list = dyn_cast<clang::CompoundStmt>(outer)) {
      for (auto next = llvm::find(list->body(), inner); next != list->body_end(); ++next) {
        if (*next != inner && leavesLoop(*next, false)) return true;
        if (*next != inner && findInner<Stmt>(*next, jumps)) return false;
      }
    }
    inner = outer;
  }
  return false;
}

const VarDecl *assigned(const Stmt &statement) {
  const auto *binary = dyn_cast<clang::BinaryOperator>(&statement);
  const auto *unary = dyn_cast<clang::UnaryOperator>(&statement);
  bool isChange = unary && (unary->isIncrementDecrementOp() || unary->getOpcode() == clang::UO_AddrOf);
  const Expr *target = binary && binary->isAssignmentOp() ? binary->getLHS() : isChange ? unary->getSubExpr() : nullptr;
  const auto *name = target ? dyn_cast<clang::DeclRefExpr>(unwrap(target)) : nullptr;
  return name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
}

/// Is the flag made in each round, and changed by nothing but by what the try block does behind an await?
bool isSetBySuccess(const VarDecl &flag, const clang::CXXTryStmt &block, const LoopView &loop) {
  auto declares = [&](const clang::DeclStmt &declared) { return llvm::is_contained(declared.decls(), &flag); };
  if (!findInner<clang::DeclStmt>(loop.body, declares)) return false;
  llvm::DenseSet<const Stmt *> late;
  bool isBehind = false, anyOther = false;
  forEachInner(block.getTryBlock(), [&](const Stmt &part) {
    isBehind |= isa<clang::CoroutineSuspendExpr>(part);
    if (assigned(part) == &flag && (isBehind || findInner<clang::CoroutineSuspendExpr>(&part))) late.insert(&part);
  });
  forEachInner(loop.body, [&](const Stmt &part) { anyOther |= assigned(part) == &flag && !late.contains(&part); });
  return !late.empty() && !anyOther;
}

/// The condition's value when it is a flag, or its negation, that has kept its first value.
std::optional<bool> valueAtFailure(const Expr *condition, const clang::CXXTryStmt &block, const LoopView &loop,
                                   const clang::ASTContext &ast) {
  condition = condition->IgnoreParenImpCasts();
  if (const auto *negated = dyn_cast<clang::UnaryOperator>(condition); negated && negated->getOpcode() == clang::UO_LNot) {
    std::optional<bool> value = valueAtFailure(negated->getSubExpr(), block, loop, ast);
    return value ? std::optional(!*value) : std::nullopt;
  }
  const auto *name = dyn_cast<clang::DeclRefExpr>(condition);
  const auto *flag = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  if (!flag || !flag->hasLocalStorage() || !flag->getInit() || flag->getInit()->isValueDependent()) return std::nullopt;
  bool value = false;
  if (!flag->getInit()->EvaluateAsBooleanCondition(value, ast) || !isSetBySuccess(*flag, block, loop)) return std::nullopt;
  return value;
}

} // namespace

bool failureLeaves(const clang::CXXTryStmt &block, const LoopView &loop, const clang::ASTContext &ast) {
  for (unsigned i = 0; i < block.getNumHandlers(); ++i)
    if (findInner<Stmt>(block.getHandler(i), jumps)) return false; // past what is behind the block
  return endsBehind(block, loop) || llvm::any_of(exitConditions(loop, ast), [&](const ExitCondition &exit) {
           return valueAtFailure(exit.expression, block, loop, ast) == exit.leavesWhen;
         });
}

} // namespace coroguard
