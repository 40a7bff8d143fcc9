#include "facts/held_locks.h"
#include "facts/inner_statements.h"
#include "language/locking.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::ValueDecl;
using clang::VarDecl;
using llvm::dyn_cast;

/// The variable or field that an expression names, behind & and *.
const ValueDecl *named(const Expr *expression) {
  expression = unwrap(expression);
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression))
    if (unary->getOpcode() == clang::UO_AddrOf || unary->getOpcode() == clang::UO_Deref) return named(unary->getSubExpr());
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) return dyn_cast<VarDecl>(name->getDecl());
  const auto *member = dyn_cast<clang::MemberExpr>(expression);
  return member ? member->getMemberDecl() : nullptr;
}

std::optional<GuardType::Of> guardOf(clang::QualType type, UnitContext &unit) {
  if (const GuardType *guard = unit.lookup.guard(type)) return guard->of;
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (record && isScopedLockable(*record)) return GuardType::Of::Thread;
  return std::nullopt;
}

class LockStep {
public:
  LockStep(HeldLocks &state, UnitContext &unit) : state(state), unit(unit) {}

  void step(const FlowElement &element) {
    if (element.variable) return unlock(element.variable); // its destructor, or the end of its life
    if (const auto *declared = dyn_cast<clang::DeclStmt>(element.statement)) return declaration(*declared);
    if (const auto *call = dyn_cast<clang::CallExpr>(element.statement)) return this->call(*call);
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(element.statement))
      if (!construct->getConstructor()->isCopyOrMoveConstructor()) // that is for whoever uses the copy to say
        for (const Expr *argument : construct->arguments()) moveAway(argument);
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(element.statement)) capture(*closure);
  }

private:
  void lock(const HeldLock &held) {
    unlock(held.holder);
    state.locks.push_back(held);
  }

  /// A guard gives up its mutex with itself, even one that it adopted.
  void unlock(const ValueDecl *holder) {
    const ValueDecl *mutex = nullptr;
    for (const HeldLock &held : state.locks)
      if (held.holder == holder) mutex = held.mutex;
    llvm::erase_if(state.locks, [&](const HeldLock &held) {
      return held.holder == holder || (mutex && held.holder == mutex);
    });
  }

  const HeldLock *find(const ValueDecl *holder) const {
    const auto *held = llvm::find_if(state.locks, [&](const HeldLock &lock) { return lock.holder == holder; });
    return held == state.locks.end() ? nullptr : held;
  }

  void declaration(const clang::DeclStmt &statement) {
    for (const clang::Decl *decl : statement.decls())
      if (const auto *variable = dyn_cast<VarDecl>(decl); variable && variable->getInit())
        begin(*variable, variable->getInit(), statement);
  }

  /// A guard variable gets a value.
  void begin(const VarDecl &variable, const Expr *init, const clang::Stmt &at) {
    std::optional<GuardType::Of> of = guardOf(variable.getType(), unit);
    if (!of) return;
    HeldLock held{&variable, nullptr, *of, &at};
    const Expr *value = unwrap(init);
    while (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(value)) { // lock_guard(m)
      const Expr *made = cast->getSubExpr()->IgnoreImplicit();
      value = llvm::isa<clang::CXXConstructExpr>(made) ? made : unwrap(made); // unwrap() would look through it
    }
    if (const auto *from = dyn_cast<clang::DeclRefExpr>(value)) { // moved from another guard
      const HeldLock *source = find(from->getDecl());
      if (!source) return unlock(&variable);
      held.mutex = source->mutex;
      unlock(from->getDecl());
      return lock(held);
    }
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(value)) {
      unlock(&variable);
      if (!constructsLocked(*construct)) return;
      held.mutex = named(construct->getArg(0));
      return lock(held);
    }
    if (const auto *call = dyn_cast<clang::CallExpr>(value); call && guardOf(call->getType(), unit)) lock(held);
    else if (llvm::isa<clang::CoawaitExpr>(value)) lock(held);
  }

  void call(const clang::CallExpr &call) {
    if (unwrap(&call) != &call) return; // std::move changes nothing yet
    if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call); op && op->getOperator() == clang::OO_Equal)
      if (const auto *target = dyn_cast_or_null<VarDecl>(named(op->getArg(0)))) return begin(*target, op->getArg(1), call);
    if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) memberCall(*member);
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const auto *method = llvm::dyn_cast_or_null<clang::CXXMethodDecl>(callee);
    bool keepsLocked = method && method->getParent()->isInStdNamespace(); // condition_variable::wait locks again
    for (unsigned i = 0; i < call.getNumArgs() && !keepsLocked; ++i) moveAway(call.getArg(i));
  }

  void memberCall(const clang::CXXMemberCallExpr &call) {
    const clang::CXXMethodDecl *method = call.getMethodDecl();
    if (!method) return;
    const Expr *object = call.getImplicitObjectArgument();
    const ValueDecl *holder = named(object);
    LockChange change = lockChange(*method);
    if (!holder || change == LockChange::None) return;
    if (change == LockChange::Unlocks) return unlock(holder);
    std::optional<GuardType::Of> of = guardOf(holder->getType(), unit);
    if (!of && !isLockable(object->getType())) return;
    lock({holder, of ? nullptr : holder, of.value_or(GuardType::Of::Thread), &call});
  }

  /// Whoever is given a guard that it may change may unlock it.
  void moveAway(const Expr *argument) {
    if (argument->getType().isConstQualified()) return;
    const ValueDecl *holder = named(argument);
    if (const HeldLock *held = holder ? find(holder) : nullptr; held && held->isGuard()) unlock(holder);
  }

  /// The closure may unlock a guard that it refers to, or owns it from now on.
  void capture(const clang::LambdaExpr &closure) {
    for (const clang::LambdaCapture &capture : closure.captures())
      if (capture.capturesVariable() && capture.getCaptureKind() == clang::LCK_ByRef)
        if (const HeldLock *held = find(capture.getCapturedVar()); held && held->isGuard()) unlock(held->holder);
    for (const Expr *init : closure.capture_inits()) moveAway(init);
  }

  HeldLocks &state;
  UnitContext &unit;
};

} // namespace

bool mayLock(const clang::FunctionDecl &function, UnitContext &unit) {
  return findInner<clang::Stmt>(function.getBody(), [&](const clang::Stmt &inner) {
    if (const auto *declared = dyn_cast<clang::DeclStmt>(&inner))
      return llvm::any_of(declared->decls(), [&](const clang::Decl *decl) {
        const auto *variable = dyn_cast<VarDecl>(decl);
        return variable && guardOf(variable->getType(), unit);
      });
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
    return method && lockChange(*method) == LockChange::Locks;
  }) != nullptr;
}

void stepLocks(HeldLocks &state, const FlowElement &element, UnitContext &unit) { LockStep(state, unit).step(element); }

std::vector<HeldLocks> solveHeldLocks(const SuspensionCfg &cfg, UnitContext &unit) {
  auto merge = [](HeldLocks &into, const HeldLocks &from, EdgeKind) {
    if (!into.reached) return void(into = from);
    llvm::erase_if(into.locks, [&](const HeldLock &held) {
      return llvm::none_of(from.locks, [&](const HeldLock &other) { return other.holder == held.holder; });
    });
  };
  auto transfer = [&](HeldLocks &state, const FlowElement &element) { stepLocks(state, element, unit); };
  return solveForward<HeldLocks>(cfg, HeldLocks{true, {}}, merge, transfer);
}

} // namespace coroguard
