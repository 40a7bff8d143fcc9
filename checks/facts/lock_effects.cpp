#include "facts/lock_effects.h"
#include "facts/inner_statements.h"
#include "facts/lock_types.h"
#include "facts/loop_view.h"
#include "facts/readable_body.h"
#include "language/await_result.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using llvm::dyn_cast;

/// What an expression names first, through members, pointers and the operators of owners; null for a call's result.
const Expr *rootOf(const Expr *expression) {
  for (unsigned steps = 0; steps < 16; ++steps) {
    expression = unwrap(expression);
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(expression);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) expression = member->getBase();
    else if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) expression = unary->getSubExpr();
    else if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) expression = cast->getSubExpr();
    else if (op && op->getNumArgs() > 0) expression = op->getArg(0);
    else break;
  }
  return expression;
}

bool isLocal(const Expr *root) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(root);
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage() && !llvm::isa<clang::ParmVarDecl>(variable);
}

class EffectFinder {
public:
  explicit EffectFinder(UnitContext &unit) : unit(unit) {}

  LockEffect effect;

  /// False when nobody can read it.
  bool follow(const clang::FunctionDecl &function, unsigned depth) {
    const Stmt *body = readableBody(&function, unit);
    if (!body || llvm::isa<clang::CoroutineBodyStmt>(body)) return false;
    if (const auto *constructor = dyn_cast_or_null<clang::CXXConstructorDecl>(function.getDefinition()))
      for (const clang::CXXCtorInitializer *init : constructor->inits()) look(init->getInit(), init->isDelegatingInitializer(), depth);
    look(body, false, depth);
    return true;
  }

private:
  void look(const Stmt *statement, bool delegates, unsigned depth) {
    forEachInner(statement, [&](const Stmt &inner) {
      if (std::optional<LoopView> loop = loopView(inner); loop && loop->condition) spins(loop->condition);
      if (const auto *call = dyn_cast<clang::CallExpr>(&inner)) this->call(*call, depth);
      const auto *construct = delegates ? dyn_cast<clang::CXXConstructExpr>(&inner) : nullptr;
      if (construct && depth > 0) follow(*construct->getConstructor(), depth - 1);
    });
  }

  /// `while (!mutex.try_lock());` leaves it locked.
  void spins(const Expr *condition) {
    effect.locks |= findInner<clang::CXXMemberCallExpr>(condition, [&](const clang::CXXMemberCallExpr &call) {
      return call.getMethodDecl() && lockMember(*call.getMethodDecl()) == LockMember::Tries && isOwn(call.getImplicitObjectArgument());
    }) != nullptr;
  }

  static bool isOwn(const Expr *mutex) { return isHandLockable(mutex->getType()) && !isLocal(rootOf(mutex)); }

  void add(LockMember does) {
    effect.locks |= does == LockMember::Locks;
    effect.tries |= does == LockMember::Tries;
    effect.unlocks |= does == LockMember::Unlocks;
  }

  void call(const clang::CallExpr &call, unsigned depth) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (!callee) return;
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    const Expr *object = member ? member->getImplicitObjectArgument() : nullptr;
    bool onThis = object && llvm::isa<clang::CXXThisExpr>(unwrap(object));
    if (object && !onThis && isOwn(object)) return add(lockMember(*member->getMethodDecl()));
    if (const LockCall *model = unit.lookup.lockCall(*callee)) {
      if (llvm::any_of(call.arguments(), [](const Expr *argument) { return !isLocal(rootOf(argument)); }))
        add(model->does == LockCall::Does::Locks ? LockMember::Locks : LockMember::Unlocks);
      return;
    }
    bool isGiven = onThis || llvm::any_of(call.arguments(), [](const Expr *argument) { return isOwn(argument); });
    bool isRead = isGiven && depth > 0 && follow(*callee, depth - 1);
    effect.passesOn |= isGiven && !isRead;
    if (onThis && !isRead) add(lockMember(*member->getMethodDecl())); // as its name says
  }

  UnitContext &unit;
};

constexpr unsigned helpers = 2; // functions called by functions that are called

const clang::ValueDecl *namedBy(const Expr *expression) {
  expression = unwrap(expression);
  const auto *address = dyn_cast<clang::UnaryOperator>(expression);
  if (address && (address->getOpcode() == clang::UO_AddrOf || address->getOpcode() == clang::UO_Deref)) return namedBy(address->getSubExpr());
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
  const auto *member = dyn_cast<clang::MemberExpr>(expression);
  return name ? name->getDecl() : member ? member->getMemberDecl() : nullptr;
}

bool adopts(const clang::CXXConstructExpr &construct) {
  return llvm::any_of(construct.arguments(), [](const Expr *argument) {
    const clang::CXXRecordDecl *tag = argument->getType().getNonReferenceType()->getAsCXXRecordDecl();
    return tag && tag->getIdentifier() && tag->getName().contains("adopt_lock");
  });
}

LockEffect effectOn(const Stmt *body, const clang::ValueDecl &mutex, UnitContext &unit, unsigned depth) {
  LockEffect effect;
  forEachInner(body, [&](const Stmt &inner) {
    if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(&inner); construct && adopts(*construct))
      effect.unlocks |= namedBy(construct->getArg(0)) == &mutex; // at the end of the guard's life
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    if (!callee) return;
    if (member && namedBy(member->getImplicitObjectArgument()) == &mutex) {
      effect.unlocks |= lockMember(*member->getMethodDecl()) == LockMember::Unlocks;
      effect.locks |= lockMember(*member->getMethodDecl()) == LockMember::Locks;
      return;
    }
    const Stmt *inside = depth > 0 ? readableBody(callee, unit) : nullptr;
    if (!inside || llvm::isa<clang::CoroutineBodyStmt>(inside)) return;
    auto add = [&](const LockEffect &other) { effect.locks |= other.locks, effect.unlocks |= other.unlocks; };
    unsigned first = llvm::isa<clang::CXXOperatorCallExpr>(call) && llvm::isa<clang::CXXMethodDecl>(callee) ? 1 : 0;
    for (unsigned i = first; i < call->getNumArgs() && i - first < callee->getNumParams(); ++i)
      if (namedBy(call->getArg(i)) == &mutex) add(effectOn(inside, *callee->getParamDecl(i - first), unit, depth - 1));
    const auto *variable = dyn_cast<clang::VarDecl>(&mutex);
    if (!variable || !variable->hasLocalStorage()) add(effectOn(inside, mutex, unit, depth - 1));
  });
  return effect;
}

/// The written parts of what is awaited, without other awaits in it and with what a variable for it was made from.
void forEachPart(const Expr *operand, llvm::function_ref<void(const Stmt &)> visit) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(operand));
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  if (variable && variable->isLocalVarDecl() && variable->getInit()) operand = variable->getInit();
  forEachWritten(operand, [&](const Stmt &inner) {
    if (llvm::isa<clang::CoroutineSuspendExpr>(inner)) return false;
    visit(inner);
    return true;
  });
}

/// What a coroutine that is called with the lock held does to it before it suspends, and behind.
WhileSuspended inCoroutine(const Stmt *body, const clang::ValueDecl &mutex, UnitContext &unit) {
  std::optional<bool> isUnlocked;
  auto names = [&](const Expr &inner) { return namedBy(&inner) == &mutex; };
  forEachInner(body, [&](const Stmt &inner) {
    if (isUnlocked) return;
    if (const auto *suspension = dyn_cast<clang::CoroutineSuspendExpr>(&inner))
      isUnlocked = findInner<Expr>(suspension->getOperand(), names) != nullptr; // or it is lent on
    const auto *made = dyn_cast<clang::CXXConstructExpr>(&inner);
    if (made && made->getNumArgs() > 0 && names(*made->getArg(0)) && mayHoldLock(made->getType(), unit))
      isUnlocked = adopts(*made); // who takes it over gives it back
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    LockEffect effect = call ? effectOn(call, mutex, unit, helpers) : LockEffect();
    if (effect.locks != effect.unlocks) isUnlocked = effect.unlocks;
  });
  if (!isUnlocked.value_or(false)) return WhileSuspended::Locked;
  return effectOn(body, mutex, unit, helpers).locks ? WhileSuspended::Interrupted : WhileSuspended::Unlocked;
}

/// The member of the awaiter that a step of a suspension calls, perhaps to ask its result for something.
const clang::FunctionDecl *awaiterMember(const Expr *step, llvm::StringRef name) {
  const auto *call = findInner<clang::CallExpr>(step, [&](const clang::CallExpr &inner) {
    const clang::FunctionDecl *callee = inner.getDirectCallee();
    return callee && callee->getIdentifier() && callee->getName() == name;
  });
  return call ? call->getDirectCallee() : nullptr;
}

class SuspendedLock {
public:
  using IsLock = llvm::function_ref<bool(const Expr *)>;
  SuspendedLock(const clang::CoroutineSuspendExpr &suspension, const clang::ValueDecl *mutex, IsLock isLock,
                UnitContext &unit)
      : suspension(suspension), mutex(mutex), isLock(isLock), unit(unit) {}

  WhileSuspended find() {
    forEachPart(suspension.getOperand(), [this](const Stmt &part) { look(part); });
    if (found) return *found;
    const Stmt *suspend = readableBody(awaiterMember(suspension.getSuspendExpr(), "await_suspend"), unit);
    bool isTask = unit.valueType(unwrap(suspension.getOperand())->getType()).isTask;
    if (isTask || !suspend) return isLent ? WhileSuspended::Unlocked : WhileSuspended::Locked;
    bool unlocks = mutex && effectOn(suspend, *mutex, unit, helpers).leavesUnlocked();
    if (!unlocks && !(isLent && mayUnlock(suspend))) return WhileSuspended::Locked;
    return locksAgain() ? WhileSuspended::Interrupted : WhileSuspended::Unlocked;
  }

private:
  void look(const Stmt &part) {
    if (const auto *closure = dyn_cast<clang::LambdaExpr>(&part); closure && mutex)
      if (effectOn(closure->getBody(), *mutex, unit, helpers).leavesUnlocked()) found = WhileSuspended::Unlocked;
    auto lend = [this](auto &&arguments) { isLent |= llvm::any_of(arguments, isLock); };
    if (const auto *list = dyn_cast<clang::InitListExpr>(&part)) lend(list->inits());
    if (const auto *list = dyn_cast<clang::CXXParenListInitExpr>(&part)) lend(list->getInitExprs());
    const auto *made = dyn_cast<clang::CXXConstructExpr>(&part);
    if (made && !mayHoldLock(made->getType(), unit)) lend(made->arguments()); // not the guard itself
    if (const auto *call = dyn_cast<clang::CallExpr>(&part)) this->call(*call);
  }

  void call(const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    const auto *body = llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(readableBody(callee, unit));
    bool hasObject = llvm::isa<clang::CXXOperatorCallExpr>(call) && isa_and_nonnull<clang::CXXMethodDecl>(callee);
    for (unsigned i = hasObject; i < call.getNumArgs(); ++i) {
      if (!isLock(call.getArg(i))) continue;
      unsigned index = i - hasObject;
      if (!body || index >= callee->getNumParams()) isLent = true;
      else found = inCoroutine(body, *callee->getDefinition()->getParamDecl(index), unit);
    }
    if (body && mutex && !found) // by its own name
      if (WhileSuspended inside = inCoroutine(body, *mutex, unit); inside != WhileSuspended::Locked) found = inside;
  }

  /// Nobody lends a lock but for this.
  bool mayUnlock(const Stmt *suspend) const {
    LockEffect effect = lockEffect(*awaiterMember(suspension.getSuspendExpr(), "await_suspend"), unit);
    auto isAdopted = [](const clang::CXXConstructExpr &made) { return adopts(made); };
    return effect.unlocks || effect.passesOn || findInner<clang::CXXConstructExpr>(suspend, isAdopted);
  }

  bool locksAgain() const {
    const clang::FunctionDecl *resume = awaiterMember(suspension.getResumeExpr(), "await_resume");
    if (!resume) return false;
    if (lockEffect(*resume, unit).locks) return true;
    return mutex && effectOn(readableBody(resume, unit), *mutex, unit, helpers).locks;
  }

  const clang::CoroutineSuspendExpr &suspension;
  const clang::ValueDecl *mutex;
  IsLock isLock;
  UnitContext &unit;
  bool isLent = false;
  std::optional<WhileSuspended> found;
};

} // namespace

WhileSuspended whileSuspended(const clang::CoroutineSuspendExpr &suspension, const clang::ValueDecl *mutex,
                              llvm::function_ref<bool(const Expr *)> isLock, UnitContext &unit) {
  return SuspendedLock(suspension, mutex, isLock, unit).find();
}

bool unlocksInside(const Stmt *body, const clang::ValueDecl &mutex, UnitContext &unit) {
  return effectOn(body, mutex, unit, helpers).leavesUnlocked();
}

bool waitsLocked(const clang::FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (!method || !method->getIdentifier() || !method->getParent()->getIdentifier()) return false;
  return method->getParent()->isInStdNamespace() ||
         (method->getName().starts_with_insensitive("wait") && method->getParent()->getName().contains_insensitive("condition"));
}

bool mayGiveUp(const Stmt *body, const clang::ValueDecl &guard) {
  llvm::DenseSet<const Expr *> harmless;
  auto spare = [&](const Expr *use) { harmless.insert(unwrap(use)); };
  forEachInner(body, [&](const Stmt &inner) {
    const auto *call = dyn_cast<clang::CallExpr>(&inner);
    const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    if (!callee) return;
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    if (member && lockMember(*member->getMethodDecl()) != LockMember::Unlocks) spare(member->getImplicitObjectArgument());
    for (unsigned i = 0; i < call->getNumArgs() && i < callee->getNumParams(); ++i) {
      clang::QualType parameter = callee->getParamDecl(i)->getType();
      bool isConstant = parameter->isReferenceType() && parameter->getPointeeType().isConstQualified();
      if (isConstant || waitsLocked(*callee)) spare(call->getArg(i));
    }
  });
  return findInner<clang::DeclRefExpr>(body, [&](const clang::DeclRefExpr &name) {
    return name.getDecl() == &guard && !harmless.contains(&name);
  });
}

LockEffect lockEffect(const clang::FunctionDecl &function, UnitContext &unit) {
  EffectFinder finder(unit);
  finder.follow(function, helpers);
  return finder.effect;
}

bool isOwnGuard(const clang::CXXRecordDecl &record, clang::QualType type, UnitContext &unit) {
  const clang::CXXDestructorDecl *destructor = record.getDestructor();
  if (!destructor || destructor->isImplicit() || destructor->isDefaulted()) return false;
  if (readableBody(destructor, unit))
    return lockEffect(*destructor, unit).leavesUnlocked() && llvm::any_of(record.ctors(), [&](const clang::CXXConstructorDecl *made) {
             return lockEffect(*made, unit).leavesLocked();
           });
  llvm::StringRef name = record.getIdentifier() ? record.getName() : llvm::StringRef();
  if (!isNamedLikeGuard(type) || name.contains_insensitive("unlock") || name.contains_insensitive("reverse")) return false;
  return llvm::any_of(record.ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->getNumParams() > 0 && !made->isCopyOrMoveConstructor() && isHandLockable(made->getParamDecl(0)->getType());
  });
}

} // namespace coroguard
