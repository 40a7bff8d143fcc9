#include "facts/serialised_by.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "language/replaceable.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::Stmt;
using clang::ValueDecl;
using llvm::dyn_cast;

using Locks = llvm::SmallVector<const ValueDecl *, 2>;

constexpr unsigned mostCalls = 2; // between the lock and what it guards

/// A class of its own that is neither a container nor an owner of anything.
bool isLockLike(const ValueDecl &decl) {
  const auto *variable = dyn_cast<clang::VarDecl>(&decl);
  bool isShared = llvm::isa<clang::FieldDecl>(decl) || (variable && variable->hasGlobalStorage());
  return isShared && replaceableKind(decl.getType()) == Replaceable::Class;
}

void addMentioned(const Stmt *statement, Locks &locks) {
  forEachInner(statement, [&](const Stmt &part) {
    const auto *member = dyn_cast<clang::MemberExpr>(&part);
    const auto *name = dyn_cast<clang::DeclRefExpr>(&part);
    const ValueDecl *decl = member ? member->getMemberDecl() : name ? name->getDecl() : nullptr;
    if (decl && isLockLike(*decl)) locks.push_back(decl);
  });
}

/// auto guard = co_await mutex.scoped_lock();
bool holds(const clang::VarDecl &variable) {
  const clang::CXXRecordDecl *record = variable.getType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->hasTrivialDestructor() || !variable.getInit()) return false;
  return replaceableKind(variable.getType()) == Replaceable::Class;
}

bool nameBeginsWith(const clang::CXXMemberCallExpr &call, std::initializer_list<llvm::StringRef> names) {
  const clang::CXXMethodDecl *method = call.getMethodDecl();
  return method && method->getIdentifier() &&
         llvm::any_of(names, [&](llvm::StringRef name) { return method->getName().starts_with(name); });
}

Locks takenIn(const clang::FunctionDecl &function, UnitContext &unit);

/// with_semaphore(sem, 1, [this]() -> future<> { ... }), and what a function of the program locks that is given the
/// lambda.
void addAround(const clang::FunctionDecl &coroutine, Locks &locks, UnitContext &unit) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&coroutine);
  if (!method || !method->getParent()->isLambda()) return;
  const clang::DeclContext *context = method->getParent()->getParent();
  const auto *outer = llvm::dyn_cast_or_null<clang::FunctionDecl>(context);
  forEachInner(outer ? outer->getBody() : nullptr, [&](const Stmt &part) {
    const auto *call = dyn_cast<clang::CallExpr>(&part);
    if (!call) return;
    auto isOurs = [&](const Expr *argument) {
      return findInner<clang::LambdaExpr>(argument, [&](const clang::LambdaExpr &made) { return made.getLambdaClass() == method->getParent(); });
    };
    if (llvm::none_of(call->arguments(), isOurs)) return;
    for (const Expr *argument : call->arguments())
      if (!isOurs(argument)) addMentioned(argument, locks);
    const clang::FunctionDecl *callee = call->getDirectCallee();
    if (callee && !callee->isOverloadedOperator() && readableBody(callee, unit)) locks.append(takenIn(*callee, unit));
  });
}

Locks takenIn(const clang::FunctionDecl &coroutine, UnitContext &unit) {
  Locks locks, locked, unlocked;
  forEachInner(coroutine.getBody(), [&](const Stmt &part) {
    if (const auto *declared = dyn_cast<clang::DeclStmt>(&part)) {
      for (const clang::Decl *decl : declared->decls())
        if (const auto *variable = dyn_cast<clang::VarDecl>(decl); variable && holds(*variable)) addMentioned(variable->getInit(), locks);
    } else if (const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&part)) {
      if (nameBeginsWith(*call, {"lock", "wait", "acquire"})) addMentioned(call->getImplicitObjectArgument(), locked);
      if (nameBeginsWith(*call, {"unlock", "signal", "release", "post"}))
        addMentioned(call->getImplicitObjectArgument(), unlocked);
    }
  });
  for (const ValueDecl *lock : locked)
    if (llvm::is_contained(unlocked, lock)) locks.push_back(lock);
  addAround(coroutine, locks, unit);
  return locks;
}

/// What every one of the only callers holds.
Locks heldByCallers(const clang::FunctionDecl &coroutine, const ObjectChanges &changes, unsigned depth);

Locks heldIn(const clang::FunctionDecl &coroutine, const ObjectChanges &changes, unsigned depth) {
  Locks locks = takenIn(coroutine, changes.unit);
  if (depth < mostCalls) locks.append(heldByCallers(coroutine, changes, depth));
  return locks;
}

Locks heldByCallers(const clang::FunctionDecl &coroutine, const ObjectChanges &changes, unsigned depth) {
  const ObjectChanges::Functions *callers = changes.onlyCallers(coroutine);
  if (!callers) return {};
  std::optional<Locks> common;
  for (const clang::FunctionDecl *caller : *callers) {
    if (caller->getCanonicalDecl() == coroutine.getCanonicalDecl()) continue;
    Locks locks = heldIn(*caller, changes, depth + 1);
    if (!common)
      common = std::move(locks);
    else
      llvm::erase_if(*common, [&](const ValueDecl *lock) { return !llvm::is_contained(locks, lock); });
  }
  return common.value_or(Locks());
}

bool takes(const ValueDecl &lock, const clang::FunctionDecl &function, const ObjectChanges &changes, unsigned depth) {
  if (changes.uses(function, lock)) return true;
  const ObjectChanges::Functions *callers = depth < mostCalls ? changes.onlyCallers(function) : nullptr;
  return callers && llvm::all_of(*callers, [&](const clang::FunctionDecl *caller) {
           return takes(lock, *caller, changes, depth + 1);
         });
}

} // namespace

Locks locksHeldBy(const clang::FunctionDecl &coroutine, const ObjectChanges &changes) {
  return heldIn(coroutine, changes, 0);
}

bool takesOneOf(llvm::ArrayRef<const ValueDecl *> locks, const clang::FunctionDecl &function,
                const ObjectChanges &changes) {
  return llvm::any_of(locks, [&](const ValueDecl *lock) { return takes(*lock, function, changes, 0); });
}

} // namespace coroguard
