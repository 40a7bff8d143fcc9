#include "facts/publication.h"
#include "facts/forwarded_construction.h"
#include "facts/handoffs.h"
#include "facts/inner_statements.h"
#include "facts/own_hops.h"
#include "facts/published_frame.h"
#include "facts/readable_body.h"
#include "facts/sent_to.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/locking.h"
#include "language/name_words.h"

namespace coroguard {
namespace {

using clang::Expr;
using llvm::dyn_cast;
using llvm::isa;
using When = Publication::When;
using Arguments = llvm::ArrayRef<const Expr *>;

Arguments argumentsOf(const clang::Stmt &step) {
  if (const auto *call = dyn_cast<clang::CallExpr>(&step)) return {call->getArgs(), call->getNumArgs()};
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(&step)) return {construct->getArgs(), construct->getNumArgs()};
  return {};
}

const Expr *objectOf(const clang::Stmt &step) {
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&step)) return member->getImplicitObjectArgument();
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&step);
  return op && isa_and_nonnull<clang::CXXMethodDecl>(op->getDirectCallee()) ? op->getArg(0) : nullptr;
}

clang::QualType pointee(clang::QualType type) {
  type = type.getNonReferenceType();
  return type->isPointerType() ? type->getPointeeType() : type;
}

class Publisher {
public:
  Publisher(const Expr &call, const HandleScope &scope, const HeldLocks &held, UnitContext &unit, unsigned depth)
      : call(call), scope(scope), held(held), unit(unit), depth(depth), arguments(argumentsOf(call)), object(objectOf(call)),
        callee(resolveCallee(call)) {}

  Publication find() {
    if (callee.isIndirect()) return {};
    if (resumesHandle(*callee.function)) return scope.isHandle(object) ? at(When::AtOnce) : Publication{};
    bool isGiven = llvm::any_of(arguments, [&](const Expr *each) { return scope.carries(each); });
    if (!isGiven) return ofBody();
    if (const SinkCall *sink = sinkOf()) return goesElsewhere(*sink) ? underLock() : Publication{};
    bool isAtomicObject = object && isAtomic(pointee(object->IgnoreParenImpCasts()->getType()));
    if (isAtomicObject && !scope.isFrame(object)) return changes() ? at(When::AtOnce) : Publication{};
    if (isAtomicObject) return {};
    if (isOfPool() && !scope.isFrame(object)) return at(When::AtOnce);
    if (isStdMember() && object && !isLocal(object)) return stored(object);
    Publication found = ofBody();
    return found.when == When::Never && startsRacer() ? at(When::AtOnce) : found;
  }

  /// What is put there is found by whoever takes the lock next.
  Publication stored(const Expr *where) {
    if (scope.isFrame(where)) return {.when = When::Stored, .through = {}};
    for (const HeldLock &lock : held.locks)
      if (lock.of == GuardType::Of::Thread && !isOwn(lock)) return {When::AtUnlock, storedName(where), lock.holder};
    return {.when = When::Stored, .through = {}};
  }

private:
  Publication at(When when) { return {when, unit.name(callee)}; }

  StringId storedName(const Expr *where) {
    if (callee.function && !isa<clang::CXXOperatorCallExpr>(call)) return unit.name(callee);
    return unit.text(where->getSourceRange());
  }

  /// A mutex in the awaiter protects nothing from those who come by way of another object.
  bool isOwn(const HeldLock &lock) const {
    const auto *field = llvm::dyn_cast_or_null<clang::FieldDecl>(lock.mutex);
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&scope.function());
    return scope.isInAwaiter() && field && method && !field->getType()->isReferenceType() &&
           !field->getType()->isPointerType() && method->getParent()->getCanonicalDecl() == field->getParent()->getCanonicalDecl();
  }

  const SinkCall *sinkOf() {
    if (const SinkCall *sink = unit.lookup.sink(callee)) return sink;
    auto made = forwardedConstruction(*callee.function, arguments, unit);
    return made ? made->sink : nullptr;
  }

  bool goesElsewhere(const SinkCall &sink) {
    if (!sink.unlessGiven.empty() && llvm::any_of(arguments, [&](const Expr *a) { return isGiven(a, sink.unlessGiven); })) return false;
    // What is kept waits for another call that starts it.
    if (sink.runs == RunsOn::Offload && sink.callable == SinkCall::Callable::Kept) return false;
    if (sink.runs == RunsOn::Offload || sink.runs == RunsOn::OtherLoop) return true;
    if (sink.runs != RunsOn::Executor && sink.runs != RunsOn::Loop) return false;
    if (unit.lookup.loopBoundMember(*callee.function)) return false; // only the loop's own thread may call it
    Executor executor = executorOf(sink.executor, object, arguments, unit);
    if (executor.isStrand || executor.runsOn == RunsOn::Here) return false;
    return sink.executor || executor.runsOn != RunsOn::Unknown;
  }

  /// The callable that takes a lock first which is held here has to wait for it.
  Publication underLock() {
    for (const HeldLock &lock : held.locks)
      for (const Expr *argument : arguments)
        if (lock.mutex && mentionsMutex(*argument, *lock.mutex)) return {When::AtUnlock, unit.name(callee), lock.holder};
    return at(When::AtOnce);
  }

  static bool mentionsMutex(const Expr &argument, const clang::ValueDecl &mutex) {
    const auto *closure = dyn_cast<clang::LambdaExpr>(unwrap(&argument));
    return closure && findInner<Expr>(closure->getBody(), [&](const Expr &inner) {
      if (const auto *member = dyn_cast<clang::MemberExpr>(&inner)) return member->getMemberDecl() == &mutex;
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      return name && name->getDecl() == &mutex;
    });
  }

  bool changes() const {
    const auto *name = callee.function->getIdentifier();
    if (!name) return callee.function->getOverloadedOperator() == clang::OO_Equal;
    return llvm::is_contained({"store", "exchange", "compare_exchange_weak", "compare_exchange_strong"}, name->getName());
  }

  bool isOfPool() const {
    const auto *method = object ? dyn_cast<clang::CXXMethodDecl>(callee.function) : nullptr;
    return method && !method->isConst() && keepsThreads(*method->getParent());
  }

  /// Starts one of several, in a loop, of which the first to end resumes the coroutine: perhaps before the next has
  /// started. That it is the first, and not the last, only the name of the awaiter says.
  bool startsRacer() const {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(&scope.function());
    bool isRace = scope.isInAwaiter() && method && hasWord(method->getParent()->getName(), {"any", "race", "first"});
    const clang::IdentifierInfo *name = isRace ? callee.function->getIdentifier() : nullptr;
    if (!name) return false;
    if (!hasWord(name->getName(), {"start", "spawn", "launch", "run", "execute", "schedule", "submit"})) return false;
    if (llvm::none_of(arguments, [&](const Expr *each) { return resumesIn(*each); })) return false;
    return findInner<clang::Stmt>(scope.function().getBody(), [&](const clang::Stmt &outer) {
      bool isLoop = isa<clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt>(outer);
      return isLoop && findInner<Expr>(&outer, [&](const Expr &inner) { return &inner == &call; });
    });
  }

  bool resumesIn(const Expr &argument) const {
    return findInner<clang::LambdaExpr>(&argument, [&](const clang::LambdaExpr &closure) {
      return scope.carries(&closure) && findInner<clang::CallExpr>(closure.getBody(), [](const clang::CallExpr &inner) {
               return inner.getDirectCallee() && resumesHandle(*inner.getDirectCallee());
             });
    });
  }

  bool isStdMember() const {
    const auto *method = dyn_cast<clang::CXXMethodDecl>(callee.function);
    return method && method->getParent()->isInStdNamespace() && !method->isConst();
  }

  bool isLocal(const Expr *expression) const {
    const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(expression));
    const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
    return variable && variable->hasLocalStorage() && !variable->getType()->isReferenceType();
  }

  Publication ofBody() {
    if (depth == 0) return {};
    std::optional<HandleScope> inner = calledScope(call, scope, unit);
    return inner && alwaysPublishes(*inner, unit, depth - 1) ? at(When::AtOnce) : Publication{};
  }

  const Expr &call;
  const HandleScope &scope;
  const HeldLocks &held;
  UnitContext &unit;
  unsigned depth;
  Arguments arguments;
  const Expr *object;
  Callee callee;
};

} // namespace

Publication publication(const clang::Stmt &step, const HandleScope &scope, const HeldLocks &held, UnitContext &unit,
                        unsigned depth) {
  if (const auto *assign = dyn_cast<clang::BinaryOperator>(&step)) {
    bool isStored = assign->getOpcode() == clang::BO_Assign && scope.carries(assign->getRHS());
    const auto *target = isStored ? dyn_cast<clang::MemberExpr>(unwrap(assign->getLHS())) : nullptr;
    return target ? Publisher(*assign->getLHS(), scope, held, unit, depth).stored(target) : Publication{};
  }
  if (!isa<clang::CallExpr, clang::CXXConstructExpr>(step) || unwrap(llvm::cast<Expr>(&step)) != &step) return {};
  return Publisher(llvm::cast<Expr>(step), scope, held, unit, depth).find();
}

std::optional<HandleScope> calledScope(const clang::Stmt &step, const HandleScope &scope, UnitContext &unit) {
  const auto *call = dyn_cast<clang::CallExpr>(&step);
  Callee callee = call ? resolveCallee(*call) : Callee{};
  const clang::Stmt *code = callee.isIndirect() || callee.isVirtual ? nullptr : readableBody(callee.function, unit);
  if (!code || isa<clang::CoroutineBodyStmt>(code)) return {};
  const clang::FunctionDecl *body = callee.function->getDefinition();
  if (body->isDependentContext() || body == &scope.function()) return {};
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(call);
  bool isOwn = member && scope.isInAwaiter() && isa<clang::CXXThisExpr>(unwrap(member->getImplicitObjectArgument()));
  llvm::SmallVector<const clang::ParmVarDecl *, 2> given;
  unsigned skipped = isa<clang::CXXOperatorCallExpr>(call) && isa<clang::CXXMethodDecl>(body) ? 1 : 0;
  for (unsigned i = skipped; i < call->getNumArgs() && i - skipped < body->getNumParams(); ++i)
    if (scope.carries(call->getArg(i))) given.push_back(body->getParamDecl(i - skipped));
  if (!isOwn && given.empty()) return {};
  return HandleScope(*body, given, isOwn ? &scope : nullptr);
}

} // namespace coroguard
