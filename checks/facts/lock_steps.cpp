// Long because every way to take, pass on and give back a lock is one small step of one state.
#include "facts/lock_steps.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "language/callee.h"
#include "language/locking.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::ValueDecl;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

/// Does it name an object, itself or through members, pointers and operators, and not what a call gives?
bool namesObject(const Expr *expression) {
  for (unsigned steps = 0; steps < 16; ++steps) {
    expression = unwrap(expression);
    if (isa<clang::DeclRefExpr, clang::CXXThisExpr>(expression)) return true;
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(expression);
    const auto *unary = dyn_cast<clang::UnaryOperator>(expression);
    if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) expression = member->getBase();
    else if (unary && (unary->getOpcode() == clang::UO_AddrOf || unary->getOpcode() == clang::UO_Deref)) expression = unary->getSubExpr();
    else if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) expression = index->getBase();
    else if (op && op->getNumArgs() > 0) expression = op->getArg(0);
    else return false;
  }
  return false;
}

/// `guard.release()` of a guard, which gives a pointer to the mutex and leaves that locked.
const Expr *releasedGuard(const Expr *expression) {
  const auto *call = dyn_cast<clang::CXXMemberCallExpr>(unwrap(expression));
  const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
  bool isRelease = method && method->getIdentifier() && method->getName() == "release" && call->getNumArgs() == 0;
  return isRelease && method->getReturnType()->isPointerType() && isHandLockable(method->getReturnType()) ? call->getImplicitObjectArgument() : nullptr;
}

/// What a local variable is another name of: a reference, a pointer, the variable of a range-for.
const Expr *aliased(const VarDecl &variable) {
  const Expr *init = variable.hasLocalStorage() && !isa<clang::ParmVarDecl>(variable) ? variable.getInit() : nullptr;
  if (!init || variable.isImplicit()) return init;
  bool refers = variable.getType()->isReferenceType() || variable.getType()->isPointerType();
  return refers && (namesObject(init) || releasedGuard(init)) ? init : nullptr;
}

const ValueDecl *mutexOf(const Expr *guard);

/// The fields and the variable by which an expression names an object, the innermost part first: of `w.guard` the field
/// guard, then the variable w; through pointers, references and the operators of owners.
llvm::SmallVector<const ValueDecl *, 3> namedParts(const Expr *expression) {
  llvm::SmallVector<const ValueDecl *, 3> parts;
  for (unsigned steps = 0; steps < 24; ++steps) {
    expression = unwrap(expression);
    if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) {
      const auto *part = dyn_cast<clang::BindingDecl>(name->getDecl());
      const auto *variable = dyn_cast_or_null<VarDecl>(part ? part->getDecomposedDecl() : name->getDecl());
      expression = variable ? aliased(*variable) : nullptr;
      if (expression) continue;
      if (variable) parts.push_back(variable);
      return parts;
    }
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(expression);
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(expression);
    if (const Expr *guard = releasedGuard(expression)) {
      if (const ValueDecl *mutex = mutexOf(guard)) parts.push_back(mutex);
      expression = guard;
    } else if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) parts.push_back(member->getMemberDecl()), expression = member->getBase();
    else if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression)) expression = unary->getSubExpr();
    else if (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(expression)) expression = cast->getSubExpr();
    else if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) expression = index->getBase();
    else if (op && op->getNumArgs() > 0) expression = op->getArg(0);
    else if (call && call->getNumArgs() == 0 && isa<clang::MemberExpr>(call->getCallee())) expression = call->getImplicitObjectArgument();
    else return parts;
  }
  return parts;
}

const ValueDecl *named(const Expr *expression) {
  auto parts = namedParts(expression);
  return parts.empty() ? nullptr : parts.front();
}

/// A temporary that an expression makes.
const Stmt *boundTemporary(const Expr *expression) {
  while (true) {
    if (isa<clang::CXXBindTemporaryExpr>(expression)) return expression;
    if (const auto *cast = dyn_cast<clang::CastExpr>(expression)) expression = cast->getSubExpr();
    else if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) expression = stored->getSubExpr();
    else if (const auto *full = dyn_cast<clang::FullExpr>(expression)) expression = full->getSubExpr();
    else if (const auto *parens = dyn_cast<clang::ParenExpr>(expression)) expression = parens->getSubExpr();
    else return nullptr;
  }
}

/// The construction or call that gives a variable its value.
const Expr *madeFrom(const Expr *value) {
  const Expr *inner = unwrap(value);
  while (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(inner)) {
    const Expr *made = cast->getSubExpr()->IgnoreImplicit();
    inner = isa<clang::CXXConstructExpr>(made) ? made : unwrap(made);
  }
  return inner;
}

/// The mutex among what a guard, or an owner of one, is made from.
const ValueDecl *mutexIn(const Expr *value) {
  llvm::ArrayRef<const Expr *> arguments;
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(value)) arguments = {construct->getArgs(), construct->getNumArgs()};
  else if (const auto *call = dyn_cast<clang::CallExpr>(value)) arguments = {call->getArgs(), call->getNumArgs()};
  for (const Expr *argument : arguments)
    if (isHandLockable(argument->getType())) return named(argument);
  return nullptr;
}

/// What a guard is made from once and for all.
const ValueDecl *mutexOf(const Expr *guard) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(guard));
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->getInit() ? mutexIn(madeFrom(variable->getInit())) : nullptr;
}

bool isBinding(const Expr *expression) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
  return name && isa<clang::BindingDecl>(name->getDecl());
}

/// Of `&guard` the guard.
const Expr *objectOf(const Expr *argument) {
  const Expr *inner = unwrap(argument);
  const auto *address = dyn_cast<clang::UnaryOperator>(inner);
  return address && address->getOpcode() == clang::UO_AddrOf ? unwrap(address->getSubExpr()) : inner;
}

bool isCopy(const Expr *value) {
  const auto *copy = dyn_cast<clang::CXXConstructExpr>(value->IgnoreImplicit());
  return copy && copy->getConstructor()->isCopyConstructor();
}

bool isStdCall(const clang::CallExpr &call, llvm::StringRef name) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  return callee && callee->getIdentifier() && callee->getName() == name && callee->isInStdNamespace();
}

bool isConstant(clang::QualType type) {
  return type.isConstQualified() || (type->isPointerType() && type->getPointeeType().isConstQualified());
}

bool callsOwnMember(const Stmt *body, LockMember wanted) {
  return findInner<clang::CXXMemberCallExpr>(body, [&](const clang::CXXMemberCallExpr &call) {
    const auto *member = dyn_cast<clang::MemberExpr>(unwrap(call.getImplicitObjectArgument()));
    return member && isa<clang::CXXThisExpr>(unwrap(member->getBase())) && call.getMethodDecl() &&
           lockMember(*call.getMethodDecl()) == wanted;
  });
}

LockMember memberOf(const Expr *call) {
  const auto *member = dyn_cast_or_null<clang::CXXMemberCallExpr>(call);
  return member && member->getMethodDecl() ? lockMember(*member->getMethodDecl()) : LockMember::None;
}

/// What a node asks before it branches, and whether this edge is taken when that is true.
const Expr *asked(const FlowNode &node, size_t index, bool &whenTrue) {
  const FlowEdge &edge = node.successors[index];
  whenTrue = edge.whenTrue;
  if (edge.condition) return edge.condition;
  if (const auto *loop = llvm::dyn_cast_or_null<clang::WhileStmt>(edge.loop)) return loop->getCond();
  if (const auto *loop = llvm::dyn_cast_or_null<clang::ForStmt>(edge.loop)) return loop->getCond();
  bool isBranch = !edge.loop && node.successors.size() == 2 && !node.elements.empty(); // do ... while
  whenTrue = index == 0;
  return isBranch ? dyn_cast_or_null<Expr>(node.elements.back().statement) : nullptr;
}

/// Without negations and comparisons with true or false.
const Expr *withoutTruths(const Expr *condition, bool &wanted) {
  while (true) {
    condition = condition->IgnoreParenImpCasts();
    const auto *unary = dyn_cast<clang::UnaryOperator>(condition);
    const auto *comparison = dyn_cast<clang::BinaryOperator>(condition);
    if (unary && unary->getOpcode() == clang::UO_LNot) {
      condition = unary->getSubExpr(), wanted = !wanted;
    } else if (comparison && comparison->isEqualityOp()) {
      const Expr *left = comparison->getLHS(), *right = comparison->getRHS();
      if (isa<clang::CXXBoolLiteralExpr>(left->IgnoreParenImpCasts())) std::swap(left, right);
      const auto *truth = dyn_cast<clang::CXXBoolLiteralExpr>(right->IgnoreParenImpCasts());
      if (!truth) return condition;
      if (truth->getValue() != (comparison->getOpcode() == clang::BO_EQ)) wanted = !wanted;
      condition = left;
    } else return condition;
  }
}

} // namespace

LockSteps::LockSteps(const SuspensionCfg &cfg, UnitContext &unit) : unit(unit) {
  for (const FlowNode &node : cfg.nodes())
    for (const FlowElement &element : node.elements)
      if (element.kind == FlowElement::Kind::Destructor && !element.variable) temporaries.insert(element.statement);
      else if (const auto *choice = llvm::dyn_cast_or_null<clang::ConditionalOperator>(element.statement); choice && choice->isPRValue() && mayHoldLock(choice->getType(), unit))
        arms[choice->getTrueExpr()] = arms[choice->getFalseExpr()] = choice;
      else if (const auto *assignment = llvm::dyn_cast_or_null<clang::BinaryOperator>(element.statement); assignment && assignment->isAssignmentOp())
        if (const auto *target = dyn_cast<clang::DeclRefExpr>(assignment->getLHS()->IgnoreParenImpCasts())) {
          auto [slot, isNew] = assigned.try_emplace(target->getDecl(), assignment->getRHS());
          if (!isNew) slot->second = nullptr;
        }
}

/// What a truth says that was kept in a variable: its first value, or the only one that it is given later.
const Expr *LockSteps::answerIn(const Expr *condition) const {
  const auto *name = dyn_cast<clang::DeclRefExpr>(condition);
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  if (!variable || !variable->getType()->isBooleanType()) return nullptr;
  const Expr *init = variable->getInit();
  const auto *truth = init ? dyn_cast<clang::CXXBoolLiteralExpr>(init->IgnoreParenImpCasts()) : nullptr;
  return init && (!truth || truth->getValue()) ? init : assigned.lookup(variable);
}

const PathLock *LockSteps::find(const PathLocks &locks, const void *holder) const {
  auto found = llvm::find_if(locks, [&](const PathLock &lock) { return lock.holder == holder; });
  return found == locks.end() ? nullptr : &*found;
}

/// A guard gives up its mutex with itself, even one that it adopted.
void LockSteps::release(PathLocks &locks, const void *holder) const {
  const PathLock *held = find(locks, holder);
  const void *mutex = held ? held->mutex : nullptr;
  llvm::erase_if(locks, [&](const PathLock &lock) { return lock.holder == holder || (mutex && lock.holder == mutex); });
}

void LockSteps::take(PathLocks &locks, PathLock lock, Taking taking, std::vector<PathLocks> *others) const {
  release(locks, lock.holder);
  if (taking == Taking::No) return;
  if (taking == Taking::Tries && others) others->push_back(locks);
  if (lock.mutex && lock.mutex != lock.holder) std::erase_if(locks, [&](const PathLock &other) { return other.holder == lock.mutex; });
  locks.push_back(lock);
  llvm::sort(locks);
}

/// The holder that a new object takes its lock over from.
const void *LockSteps::movedFrom(const PathLocks &locks, const Expr *value) const {
  if (locks.empty() || isCopy(value)) return nullptr; // a shared_ptr's copy: both hold it, and the first one is enough
  const void *source = nullptr;
  auto consider = [&](const Expr *expression) {
    if (const Stmt *temporary = boundTemporary(expression); temporary && find(locks, temporary)) source = temporary;
    if (!mayHoldLock(unwrap(expression)->getType().getNonReferenceType(), unit)) return; // another member of the holder
    for (const ValueDecl *part : namedParts(expression))
      if (!source && find(locks, part) && mayHoldLock(part->getType(), unit)) source = part;
  };
  consider(value);
  const Expr *inner = unwrap(value);
  while (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(inner)) inner = unwrap(cast->getSubExpr());
  if (find(locks, inner)) source = inner; // of a choice
  else if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(inner))
    for (const Expr *argument : construct->arguments()) consider(argument);
  else if (const auto *list = dyn_cast<clang::InitListExpr>(inner))
    for (const Expr *part : list->inits()) consider(part);
  else if (const auto *closure = dyn_cast<clang::LambdaExpr>(inner)) {
    for (const Expr *init : closure->capture_inits())
      if (init && !init->isLValue() && !isCopy(init)) consider(init);
  } else if (const auto *call = dyn_cast<clang::CallExpr>(inner); call && call->isPRValue() && mayHoldLock(call->getType(), unit)) {
    if (isStdCall(*call, "exchange") && call->getNumArgs() == 2) consider(call->getArg(0));
    for (const Expr *argument : call->arguments())
      if (argument->isXValue() || argument->isPRValue()) consider(argument);
  }
  return source;
}

/// A variable, temporary or field gets a value.
void LockSteps::begin(PathLocks &locks, const void *holder, const ValueDecl *name, const Expr *value, const Stmt &at,
                      std::vector<PathLocks> *others) const {
  PathLock lock{holder, name, nullptr, &at};
  if (const void *source = movedFrom(locks, value); source && source != holder) {
    PathLock moved = *find(locks, source);
    release(locks, source);
    lock.mutex = moved.mutex, lock.at = moved.at;
    return take(locks, lock, Taking::Takes, nullptr);
  }
  bool isChosen = arms.contains(value) || isa<clang::ConditionalOperator>(madeFrom(value));
  Taking taking = isChosen ? Taking::No : takesLock(value, unit);
  lock.mutex = mutexIn(madeFrom(value));
  take(locks, lock, taking, others);
}

void LockSteps::declare(PathLocks &locks, const clang::DeclStmt &statement, std::vector<PathLocks> *others) const {
  for (const clang::Decl *decl : statement.decls()) {
    const auto *variable = dyn_cast<VarDecl>(decl);
    const Expr *init = variable ? variable->getInit() : nullptr;
    if (!init || !variable->hasLocalStorage()) continue;
    const Expr *plain = unwrap(init);
    const auto *made = dyn_cast<clang::CXXNewExpr>(plain);
    bool isClosure = isa<clang::LambdaExpr>(plain);
    bool holds = mayHoldLock(variable->getType().getNonReferenceType(), unit) || isClosure ||
                 (made && mayHoldLock(made->getAllocatedType(), unit)) || takesLock(init, unit) != Taking::No;
    if (variable->getType()->isReferenceType() && unwrap(init)->isLValue()) holds = false;
    if (holds) begin(locks, variable, variable, init, statement, others);
    if (!isClosure && variable->getType().isDestructedType())
      findInner<clang::LambdaExpr>(init, [&](const clang::LambdaExpr &closure) { // it unlocks at the end of the scope
        for (PathLock &lock : locks)
          if (lock.named && lock.named == lock.mutex && unlocksInside(closure.getBody(), *lock.mutex, unit))
            lock.holder = lock.named = variable;
        llvm::sort(locks);
        return false;
      });
  }
}

/// Whoever is given a guard that it may change may unlock it.
void LockSteps::giveAway(PathLocks &locks, const Expr *argument, clang::QualType parameter) const {
  bool byValue = !parameter.isNull() && !parameter->isReferenceType();
  if (isCopy(argument)) return; // of a shared_ptr: this one keeps its own
  if (const Stmt *temporary = boundTemporary(argument); temporary && find(locks, temporary)) {
    if (byValue) release(locks, temporary);
    return;
  }
  if (isConstant(argument->getType()) || (!parameter.isNull() && isConstant(parameter.getNonReferenceType()))) return;
  auto parts = namedParts(argument);
  bool isReleased = releasedGuard(unwrap(argument)); // who is given the mutex unlocks it
  bool isWhole = (isa<clang::DeclRefExpr>(objectOf(argument)) && !isBinding(objectOf(argument))) || isReleased;
  if (!isWhole && !mayHoldLock(objectOf(argument)->getType().getNonReferenceType(), unit)) return; // a value of it, or another member
  for (const ValueDecl *part : parts)
    if (const PathLock *held = find(locks, part); held && (isReleased || held->named != held->mutex)) return release(locks, part);
}

/// The called function may unlock what was locked by hand.
void LockSteps::followInto(PathLocks &locks, const clang::CallExpr &call) const {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  const Stmt *body = readableBody(callee, unit);
  if (!body || isa<clang::CoroutineBodyStmt>(body)) return;
  unsigned first = isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(callee) ? 1 : 0;
  for (PathLock lock : PathLocks(locks)) {
    if (!lock.mutex) continue;
    bool unlocks = unlocksInside(body, *lock.mutex, unit);
    for (unsigned i = first; i < call.getNumArgs() && i - first < callee->getNumParams(); ++i)
      unlocks |= named(call.getArg(i)) == lock.mutex && isHandLockable(call.getArg(i)->getType()) &&
                 unlocksInside(body, *callee->getParamDecl(i - first), unit);
    if (unlocks) release(locks, lock.holder);
  }
}

void LockSteps::giveArguments(PathLocks &locks, const clang::FunctionDecl *callee, llvm::ArrayRef<const Expr *> arguments) const {
  const Stmt *body = readableBody(callee, unit);
  if (body && isa<clang::CoroutineBodyStmt>(body)) body = nullptr; // it may do so at any time
  for (unsigned i = 0; i < arguments.size(); ++i) {
    bool isLent = body && i < callee->getNumParams() && callee->getParamDecl(i)->getType()->isReferenceType() && !mayGiveUp(body, *callee->getParamDecl(i));
    if (!isLent) giveAway(locks, arguments[i], callee && i < callee->getNumParams() ? callee->getParamDecl(i)->getType() : clang::QualType());
  }
}

void LockSteps::freeLock(PathLocks &locks, const LockCall &model, const clang::CallExpr &call) const {
  for (unsigned i = 0; i < call.getNumArgs(); ++i) {
    if (model.object && *model.object != i) continue;
    const ValueDecl *mutex = named(call.getArg(i));
    if (!mutex) continue;
    bool isGuard = mayHoldLock(mutex->getType().getNonReferenceType(), unit);
    if (model.does == LockCall::Does::Unlocks) release(locks, mutex);
    else take(locks, {mutex, mutex, isGuard ? nullptr : mutex, &call}, Taking::Takes, nullptr);
  }
}

/// Each of two guards has the other's lock from now on; one that has no name is gone soon.
void LockSteps::exchange(PathLocks &locks, const ValueDecl *first, const ValueDecl *second) const {
  auto taken = [&](const ValueDecl *from) {
    const PathLock *held = from ? find(locks, from) : nullptr;
    return held ? std::optional(*held) : std::nullopt;
  };
  std::optional<PathLock> ofFirst = taken(first), ofSecond = taken(second);
  if (ofFirst) release(locks, first);
  if (ofSecond) release(locks, second);
  auto give = [&](std::optional<PathLock> lock, const ValueDecl *to) {
    if (!lock || !to) return;
    lock->holder = lock->named = to;
    take(locks, *lock, Taking::Takes, nullptr);
  };
  give(ofFirst, second);
  give(ofSecond, first);
}

/// A guard the other way around, which unlocks while it lives.
void LockSteps::unlockInside(PathLocks &locks, const clang::CXXConstructExpr &construct) const {
  const clang::CXXConstructorDecl &constructor = *construct.getConstructor();
  if (constructor.isCopyOrMoveConstructor() || !construct.getType().isDestructedType()) return;
  for (const Expr *argument : construct.arguments())
    if (const ValueDecl *mutex = isHandLockable(argument->getType()) ? named(argument) : nullptr; mutex && find(locks, mutex))
      if (lockEffect(constructor, unit).leavesUnlocked()) release(locks, mutex);
}

/// True when attributes say what the function does to locks that they name.
bool LockSteps::annotated(PathLocks &locks, const clang::FunctionDecl &function, llvm::ArrayRef<const Expr *> arguments, const Expr &at) const {
  LockAnnotation said = lockAnnotation(function);
  if (said.does == LockAnnotation::Does::Nothing) return false;
  for (const Expr *lock : said.locks) {
    const ValueDecl *mutex = named(lock);
    const auto *parameter = dyn_cast_or_null<clang::ParmVarDecl>(mutex);
    if (parameter) mutex = parameter->getFunctionScopeIndex() < arguments.size() ? named(arguments[parameter->getFunctionScopeIndex()]) : nullptr;
    if (!mutex) continue;
    if (said.does == LockAnnotation::Does::Locks) take(locks, {mutex, mutex, mutex, &at}, Taking::Takes, nullptr);
    if (said.does != LockAnnotation::Does::Unlocks) continue;
    for (const PathLock &held : PathLocks(locks)) // by hand or by a guard
      if (held.holder == mutex || held.mutex == mutex) release(locks, held.holder);
  }
  return !said.locks.empty();
}

/// True when the call is one of the lock's own members.
bool LockSteps::memberCall(PathLocks &locks, const clang::CXXMemberCallExpr &call, std::vector<PathLocks> *others) const {
  const clang::CXXMethodDecl *method = call.getMethodDecl();
  if (!method) return false;
  const Expr *object = call.getImplicitObjectArgument();
  auto parts = namedParts(object);
  LockMember does = lockMember(*method);
  llvm::StringRef name = method->getIdentifier() ? method->getName() : llvm::StringRef();
  bool isOwner = !parts.empty() && mayHoldLock(parts.front()->getType().getNonReferenceType(), unit);
  if (name == "swap" && call.getNumArgs() == 1 && mayHoldLock(object->getType().getNonReferenceType(), unit))
    return exchange(locks, parts.empty() ? nullptr : parts.front(), named(call.getArg(0))), true;
  if (does == LockMember::Unlocks) {
    const ValueDecl *const *held = llvm::find_if(parts, [&](const ValueDecl *part) { return find(locks, part); });
    const ValueDecl *mutex = held != parts.end() && releasedGuard(&call) ? find(locks, *held)->mutex : nullptr;
    if (held != parts.end()) release(locks, *held);
    if (mutex && held != parts.end() && *held != mutex && mutex == mutexOf(object)) return take(locks, {mutex, mutex, mutex, &call}, Taking::Takes, nullptr), true;
    if (isOwner && call.getNumArgs() == 1) begin(locks, parts.front(), parts.front(), call.getArg(0), call, others); // reset(new ...)
    return held != parts.end() || isOwner;
  }
  if (isOwner && name.starts_with("emplace")) {
    llvm::ArrayRef<const Expr *> arguments(call.getArgs(), call.getNumArgs());
    bool isMoved = arguments.size() == 1 && movedFrom(locks, arguments[0]);
    if (isMoved) return begin(locks, parts.front(), parts.front(), arguments[0], call, others), true;
    Taking taking = takesLock(parts.front()->getType().getNonReferenceType(), arguments, unit);
    return take(locks, {parts.front(), parts.front(), mutexIn(&call), &call}, taking, others), true;
  }
  if (isOwner && name == "push_back" && call.getNumArgs() == 1)
    return begin(locks, parts.front(), parts.front(), call.getArg(0), call, others), true;
  if ((does != LockMember::Locks && does != LockMember::Tries) || parts.empty()) return false;
  const ValueDecl *holder = parts.front();
  for (const ValueDecl *part : parts) // w.guard.lock() locks w
    if (isa<VarDecl>(part) && mayHoldLock(part->getType().getNonReferenceType(), unit)) holder = part;
  bool isGuard = mayHoldLock(holder->getType().getNonReferenceType(), unit);
  if (!isGuard && !isHandLockable(object->getType())) return false;
  take(locks, {holder, holder, isGuard ? nullptr : holder, &call}, does == LockMember::Tries ? Taking::Tries : Taking::Takes, others);
  return true;
}

void LockSteps::call(PathLocks &locks, const clang::CallExpr &call, std::vector<PathLocks> *others) const {
  if (unwrap(&call) != &call) return; // std::move changes nothing yet
  if (isStdCall(call, "swap") && call.getNumArgs() == 2 && mayHoldLock(call.getArg(0)->getType().getNonReferenceType(), unit))
    return exchange(locks, named(call.getArg(0)), named(call.getArg(1)));
  const clang::FunctionDecl *callee = call.getDirectCallee();
  if (const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&call); op && op->getOperator() == clang::OO_Equal) {
    const ValueDecl *target = named(op->getArg(0));
    if (target && mayHoldLock(target->getType().getNonReferenceType(), unit)) return begin(locks, target, target, op->getArg(1), call, others);
  }
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call); member && memberCall(locks, *member, others)) return;
  if (callee && annotated(locks, *callee, llvm::ArrayRef<const Expr *>(call.getArgs(), call.getNumArgs()), call)) return;
  const LockCall *model = callee ? unit.lookup.lockCall(*callee) : nullptr;
  if (model) return freeLock(locks, *model, call);
  if (locks.empty()) return;
  followInto(locks, call);
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) { // or what the class has in it
    const Stmt *body = readableBody(callee, unit);
    for (const ValueDecl *part : namedParts(member->getImplicitObjectArgument()))
      if (find(locks, part) && callsOwnMember(body, LockMember::Unlocks) && !callsOwnMember(body, LockMember::Locks)) return release(locks, part);
  }
  const auto *method = dyn_cast_or_null<clang::CXXMethodDecl>(callee);
  if (callee && waitsLocked(*callee)) return;
  bool passesOn = call.isPRValue() && mayHoldLock(call.getType(), unit); // the result's owner says
  if (!passesOn) giveArguments(locks, callee, llvm::ArrayRef<const Expr *>(call.getArgs(), call.getNumArgs()).drop_front(isa<clang::CXXOperatorCallExpr>(call) && method ? 1 : 0));
}

/// The closure may unlock a guard that it refers to. One that it owns goes where the closure goes.
void LockSteps::capture(PathLocks &locks, const clang::LambdaExpr &closure) const {
  for (const clang::LambdaCapture &capture : closure.captures())
    if (capture.capturesVariable() && capture.getCaptureKind() == clang::LCK_ByRef)
      if (const PathLock *held = find(locks, capture.getCapturedVar()); held && held->named != held->mutex)
        if (mayGiveUp(closure.getBody(), *held->named)) release(locks, held->holder);
}

WhileSuspended LockSteps::whileSuspended(const PathLock &lock, const clang::CoroutineSuspendExpr &suspension) const {
  auto isLock = [&](const Expr *argument) {
    if (!isHandLockable(argument->getType()) || isConstant(argument->getType().getNonReferenceType())) return false;
    const ValueDecl *name = named(argument);
    return name && (name == lock.mutex || name == lock.named);
  };
  return coroguard::whileSuspended(suspension, lock.mutex, isLock, unit);
}

void LockSteps::step(PathLocks &locks, const FlowElement &element, std::vector<PathLocks> *others) const {
  if (const Expr *choice = arms.lookup(element.statement)) { // kept under the choice until somebody takes its value
    const auto &arm = *llvm::cast<Expr>(element.statement);
    take(locks, {choice, nullptr, mutexIn(madeFrom(&arm)), &arm}, takesLock(&arm, unit), others);
  }
  if (element.variable) return release(locks, element.variable); // its destructor, or the end of its life
  if (element.kind == FlowElement::Kind::Destructor) return release(locks, element.statement);
  if (element.kind == FlowElement::Kind::Suspension) {
    for (const PathLock &lock : PathLocks(locks))
      if (whileSuspended(lock, llvm::cast<clang::CoroutineSuspendExpr>(*element.statement)) == WhileSuspended::Unlocked)
        release(locks, lock.holder);
    return;
  }
  if (const auto *declared = dyn_cast<clang::DeclStmt>(element.statement)) return declare(locks, *declared, others);
  if (const auto *temporary = dyn_cast<clang::CXXBindTemporaryExpr>(element.statement)) {
    if (temporaries.contains(temporary)) begin(locks, temporary, nullptr, temporary->getSubExpr(), *temporary, others);
    return;
  }
  if (const auto *call = dyn_cast<clang::CallExpr>(element.statement)) return this->call(locks, *call, others);
  if (const auto *deleted = dyn_cast<clang::CXXDeleteExpr>(element.statement))
    if (const ValueDecl *holder = named(deleted->getArgument())) return release(locks, holder);
  if (locks.empty()) return;
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(element.statement)) {
    llvm::ArrayRef<const Expr *> arguments(construct->getArgs(), construct->getNumArgs());
    if (!mayHoldLock(construct->getType(), unit)) unlockInside(locks, *construct);
    if (!mayHoldLock(construct->getType(), unit) && annotated(locks, *construct->getConstructor(), arguments, *construct)) return;
    if (construct->getConstructor()->isCopyOrMoveConstructor() || mayHoldLock(construct->getType(), unit)) return; // its owner says
    return giveArguments(locks, construct->getConstructor(), arguments);
  }
  if (const auto *closure = dyn_cast<clang::LambdaExpr>(element.statement)) capture(locks, *closure);
  if (const auto *list = dyn_cast<clang::InitListExpr>(element.statement))
    for (const Expr *part : list->inits())
      if (part->isLValue()) giveAway(locks, part, {}); // a reference to it is kept
}

bool LockSteps::mayFollow(const PathLocks &locks, const FlowNode &node, size_t edge) const {
  if (node.successors[edge].kind != EdgeKind::Flow) return true;
  bool wanted = true;
  const Expr *condition = asked(node, edge, wanted);
  if (!condition) return true;
  condition = unwrap(withoutTruths(condition, wanted));
  const Expr *original = condition;
  if (const Expr *value = answerIn(condition)) condition = unwrap(withoutTruths(value, wanted)); // bool ok = m.try_lock()
  LockMember does = memberOf(condition);
  const Expr *object = condition;
  if (does == LockMember::Asks || does == LockMember::Tries) object = llvm::cast<clang::CXXMemberCallExpr>(condition)->getImplicitObjectArgument();
  auto parts = namedParts(object);
  if (parts.empty() || (object == condition && isBinding(condition))) return true;
  const ValueDecl *holder = parts.front();
  bool isGuard = mayHoldLock(holder->getType().getNonReferenceType(), unit);
  if (!isGuard && does != LockMember::Tries) return true;
  if (!isGuard && !isHandLockable(object->getType())) return true;
  bool isHeld = find(locks, holder) != nullptr;
  return condition == original ? isHeld == wanted : wanted || !isHeld; // it may have been unlocked since
}

} // namespace coroguard
