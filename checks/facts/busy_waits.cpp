#include "facts/busy_waits.h"
#include "facts/idle_expressions.h"
#include "facts/inner_statements.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::ValueDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// One loop, taken apart. What it does to its function's own variables is no progress, unless it counts: a variable
/// that only holds the last answer is that answer.
class IdleLoop {
public:
  IdleLoop(const LoopView &loop, const clang::FunctionDecl &function, UnitContext &unit,
           llvm::function_ref<bool(const Expr &)> matters)
      : loop(loop), function(function), unit(unit), matters(matters) {}

  std::optional<BusyWait> judge() {
    if (!isIdle(loop.body, false) || (loop.step && !isIdleEffect(*loop.step))) return std::nullopt;
    settleCounters();
    BusyWait result;
    const Expr *asked = nullptr;
    for (const ExitCondition &exit : exitConditions(loop, unit.ast)) {
      Idleness idle = idleness(*exit.expression);
      rests |= idle.rests;
      if (mentionsCounter(*exit.expression)) return std::nullopt; // it ends by itself
      if (!idle.isIdle && !(rests && isAttempt(exit))) return std::nullopt;
      if (idle.isIdle && !idle.asks) idle = answerBehind(*exit.expression);
      if (!idle.isIdle) idle.asked = exit.expression;
      result.takesLock |= idle.takesLock;
      if (!asked) asked = idle.asked;
    }
    if (!asked) return std::nullopt;
    result.subject = printed(*asked);
    return result;
  }

private:
  Idleness idleness(const Expr &expression) { return idlenessOf(expression, function, unit, matters); }

  bool isIdle(const Stmt *statement, bool inner) {
    if (!statement || isa<clang::NullStmt, clang::ContinueStmt, clang::BreakStmt, clang::GotoStmt>(statement)) return true;
    if (isa<clang::ReturnStmt, clang::CoreturnStmt>(statement)) return true; // it is over then
    if (const auto *block = dyn_cast<clang::CompoundStmt>(statement))
      return llvm::all_of(block->body(), [&](const Stmt *child) { return isIdle(child, inner); });
    if (const auto *branch = dyn_cast<clang::IfStmt>(statement)) return isIdleBranch(*branch, inner);
    if (const auto *declared = dyn_cast<clang::DeclStmt>(statement)) return isIdleDeclaration(*declared);
    if (const auto *pause = dyn_cast<clang::GCCAsmStmt>(statement)) {
      rests = true;
      return pause->getNumOutputs() == 0;
    }
    if (const auto *expression = dyn_cast<Expr>(statement)) return isIdleEffect(*expression);
    std::optional<LoopView> nested = isa<clang::LabelStmt>(statement) ? std::nullopt : loopView(*statement);
    if (!nested) return false;
    const auto *counted = dyn_cast<clang::ForStmt>(statement);
    bool begins = !counted || isIdle(counted->getInit(), true);
    return begins && isIdle(nested->condition, true) && isIdle(nested->body, true) && isIdle(nested->step, true);
  }

  bool isIdleBranch(const clang::IfStmt &branch, bool inner) {
    if (branch.getInit() && !isIdle(branch.getInit(), inner)) return false;
    bool thenLeaves = leavesLoop(branch.getThen(), inner), elseLeaves = leavesLoop(branch.getElse(), inner);
    bool decided = thenLeaves || elseLeaves; // the condition is looked at as an exit
    if (const VarDecl *variable = branch.getConditionVariable(); variable && !decided) return false;
    if (!decided && !idleness(*branch.getCond()).isIdle) return false;
    return (thenLeaves || isIdle(branch.getThen(), inner)) && (elseLeaves || isIdle(branch.getElse(), inner));
  }

  bool isIdleDeclaration(const clang::DeclStmt &statement) {
    return llvm::all_of(statement.decls(), [&](const clang::Decl *decl) {
      const auto *variable = dyn_cast<VarDecl>(decl);
      return variable && !isa<clang::DecompositionDecl>(decl) && (!variable->getInit() || assign(*variable, *variable->getInit()));
    });
  }

  /// A local variable of the function's own.
  static const VarDecl *ownVariable(const Expr &target) {
    const auto *name = dyn_cast<clang::DeclRefExpr>(target.IgnoreParens());
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    bool own = variable && variable->hasLocalStorage() && !variable->getType()->isReferenceType() &&
               !name->refersToEnclosingVariableOrCapture();
    return own ? variable : nullptr;
  }

  bool assign(const VarDecl &variable, const Expr &value) {
    Idleness idle = idleness(value);
    rests |= idle.rests;
    if (idle.isIdle && idle.asks) answers.emplace_back(&variable, &value);
    else counters.insert(&variable);
    return idle.isIdle;
  }

  bool count(const Expr &target) {
    const VarDecl *variable = ownVariable(target);
    if (variable) counters.insert(variable);
    return variable;
  }

  /// An expression whose value nobody uses.
  bool isIdleEffect(const Expr &whole) {
    const Expr *expression = unwrap(&whole);
    if (const auto *cast = dyn_cast<clang::CastExpr>(expression); cast && cast->getType()->isVoidType())
      expression = unwrap(cast->getSubExpr());
    if (const auto *binary = dyn_cast<clang::BinaryOperator>(expression)) {
      if (binary->isCommaOp()) return isIdleEffect(*binary->getLHS()) && isIdleEffect(*binary->getRHS());
      if (binary->isCompoundAssignmentOp()) return count(*binary->getLHS()) && idleness(*binary->getRHS()).isIdle;
      if (binary->isAssignmentOp()) {
        const VarDecl *variable = ownVariable(*binary->getLHS());
        return variable && assign(*variable, *binary->getRHS());
      }
    }
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression); unary && unary->isIncrementDecrementOp())
      return count(*unary->getSubExpr());
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(expression))
      if (op->isAssignmentOp() || op->getOperator() == clang::OO_PlusPlus || op->getOperator() == clang::OO_MinusMinus)
        return count(*op->getArg(0));
    Idleness idle = idleness(*expression);
    rests |= idle.rests;
    bool discardedCall = isa<clang::CallExpr>(expression) && !idle.rests; // it is there for something
    return idle.isIdle && !discardedCall;
  }

  /// A variable whose next value depends on a changed one counts, too.
  void settleCounters() {
    for (bool changed = true; changed;) {
      changed = false;
      for (auto [variable, value] : answers) changed |= mentionsChanged(*value) && counters.insert(variable).second;
    }
  }

  template <class Predicate> static bool mentions(const Expr &expression, Predicate predicate) {
    return findInner<clang::DeclRefExpr>(&expression, [&](const clang::DeclRefExpr &name) { return predicate(name.getDecl()); });
  }
  bool mentionsCounter(const Expr &expression) {
    return mentions(expression, [&](const ValueDecl *decl) { return counters.contains(decl); });
  }
  bool mentionsChanged(const Expr &expression) {
    return mentions(expression, [&](const ValueDecl *decl) {
      return counters.contains(decl) || llvm::any_of(answers, [&](auto &answer) { return answer.first == decl; });
    });
  }

  /// What the variables in a condition were told.
  Idleness answerBehind(const Expr &condition) {
    for (auto [variable, value] : answers)
      if (mentions(condition, [&](const ValueDecl *decl) { return decl == variable; })) return idleness(*value);
    return {};
  }

  /// Does the loop end when a call has been successful: while (!q.try_pop(x)), if (q.try_pop(x)) break?
  bool isAttempt(const ExitCondition &exit) {
    const Expr *condition = unwrap(exit.expression);
    bool leavesWhen = exit.leavesWhen;
    if (const auto *unary = dyn_cast<clang::UnaryOperator>(condition); unary && unary->getOpcode() == clang::UO_LNot) {
      condition = unwrap(unary->getSubExpr());
      leavesWhen = !leavesWhen;
    }
    const auto *call = dyn_cast<clang::CallExpr>(condition);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    return leavesWhen && callee && !matters(*call) && !unit.lookup.idle(*callee);
  }

  std::string printed(const Expr &expression) {
    std::string text;
    llvm::raw_string_ostream out(text);
    unwrap(&expression)->printPretty(out, nullptr, unit.ast.getPrintingPolicy());
    return text;
  }

  const LoopView &loop;
  const clang::FunctionDecl &function;
  UnitContext &unit;
  llvm::function_ref<bool(const Expr &)> matters;
  bool rests = false;
  llvm::DenseSet<const ValueDecl *> counters;
  std::vector<std::pair<const ValueDecl *, const Expr *>> answers; // variables, and what they were told
};

} // namespace

std::optional<BusyWait> busyWait(const LoopView &loop, const clang::FunctionDecl &function, UnitContext &unit,
                                 llvm::function_ref<bool(const Expr &)> matters) {
  return IdleLoop(loop, function, unit, matters).judge();
}

} // namespace coroguard
