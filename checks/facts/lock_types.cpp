// Long because the ways to own a lock refer to each other: a guard, an owner of one, a class with one in it.
#include "facts/lock_types.h"
#include "facts/inner_statements.h"
#include "facts/readable_body.h"
#include "language/await_result.h"
#include "language/callee.h"
#include "language/locking.h"
#include "language/record_lookup.h"
#include "language/std_functions.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

using clang::CXXRecordDecl;
using clang::Expr;
using clang::QualType;
using llvm::dyn_cast;
using llvm::StringRef;

enum Kind : int { None, Guard, Owner, Wrapper };

const CXXRecordDecl *recordIn(QualType type) {
  const CXXRecordDecl *record = type.isNull() || type->isReferenceType() ? nullptr : type->getAsCXXRecordDecl();
  return record && record->hasDefinition() && !record->isDependentContext() ? record->getDefinition() : nullptr;
}

bool isOneOf(StringRef name, std::initializer_list<StringRef> names) { return llvm::is_contained(names, name); }

StringRef nameOf(const clang::NamedDecl &decl) { return decl.getIdentifier() ? decl.getName() : StringRef(); }

template <class Visit> bool anyTypeArgument(const CXXRecordDecl &record, Visit visit) {
  const auto *specialisation = dyn_cast<clang::ClassTemplateSpecializationDecl>(&record);
  if (!specialisation) return false;
  auto matches = [&](const clang::TemplateArgument &argument) {
    if (argument.getKind() == clang::TemplateArgument::Type) return visit(argument.getAsType());
    if (argument.getKind() != clang::TemplateArgument::Pack) return false;
    return llvm::any_of(argument.pack_elements(), [&](const clang::TemplateArgument &element) {
      return element.getKind() == clang::TemplateArgument::Type && visit(element.getAsType());
    });
  };
  return llvm::any_of(specialisation->getTemplateArgs().asArray(), matches);
}

bool hasMember(const CXXRecordDecl &record, StringRef name) {
  return findMember(record, clang::DeclarationName(&record.getASTContext().Idents.get(name)));
}

/// A mutex that tasks wait for: it can be unlocked, but taking it is something to await.
bool isTaskMutex(QualType type) {
  const CXXRecordDecl *record = recordIn(type);
  return record && !isHandLockable(type) && (hasMember(*record, "unlock") || hasMember(*record, "unlock_shared"));
}

/// Classes that own what their template argument says, in whatever namespace.
bool isOwnerName(StringRef name) {
  return isOneOf(name, {"optional", "Optional", "unique_ptr", "shared_ptr", "scoped_ptr", "pair", "tuple", "variant", "vector",
                        "array", "list", "deque"});
}

bool callsMember(const clang::Stmt *body, LockMember wanted) {
  return findInner<clang::CXXMemberCallExpr>(body, [&](const clang::CXXMemberCallExpr &call) {
    return call.getMethodDecl() && lockMember(*call.getMethodDecl()) == wanted &&
           isHandLockable(call.getImplicitObjectArgument()->getType());
  });
}

/// A class whose constructor locks what its destructor unlocks; when they are defined elsewhere, one that says by its
/// name and by what it is made from that it does.
bool isOwnGuard(const CXXRecordDecl &record, QualType type, UnitContext &unit) {
  const clang::CXXDestructorDecl *destructor = record.getDestructor();
  if (!destructor || destructor->isImplicit() || destructor->isDefaulted()) return false;
  auto locks = [&](const clang::CXXConstructorDecl *made) { return callsMember(readableBody(made, unit), LockMember::Locks); };
  if (const clang::Stmt *end = readableBody(destructor, unit)) return callsMember(end, LockMember::Unlocks) && llvm::any_of(record.ctors(), locks);
  if (!isNamedLikeGuard(type) || nameOf(record).contains_insensitive("unlock") || nameOf(record).contains_insensitive("reverse")) return false;
  return llvm::any_of(record.ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->getNumParams() > 0 && !made->isCopyOrMoveConstructor() && isHandLockable(made->getParamDecl(0)->getType());
  });
}

Kind kindOf(QualType type, UnitContext &unit, int depth);

Kind classify(const CXXRecordDecl &record, QualType type, UnitContext &unit, int depth) {
  if (record.isLambda()) return None;
  if (const GuardType *guard = unit.lookup.guard(type)) {
    bool ofTasks = guard->of == GuardType::Of::Task || anyTypeArgument(record, isTaskMutex);
    return ofTasks ? None : Guard;
  }
  if (isScopedLockable(record)) return Guard;
  if (isOwnerName(nameOf(record)))
    return anyTypeArgument(record, [&](QualType inner) { Kind kind = kindOf(inner, unit, depth - 1); return kind == Guard || kind == Owner; }) ? Owner : None;
  if (record.isInStdNamespace() || record.hasTrivialDestructor()) return None;
  if (isOwnGuard(record, type, unit)) return Guard;
  bool hasOne = llvm::any_of(record.fields(), [&](const clang::FieldDecl *field) { return kindOf(field->getType(), unit, depth - 1) != None; }) ||
                llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) { return kindOf(base.getType(), unit, depth - 1) != None; });
  return hasOne ? Wrapper : None;
}

Kind kindOf(QualType type, UnitContext &unit, int depth) {
  const CXXRecordDecl *record = depth > 0 ? recordIn(type) : nullptr;
  if (!record) return None;
  auto known = unit.lockHolders.find(record);
  if (known != unit.lockHolders.end()) return Kind(known->second);
  unit.lockHolders[record] = None; // a class that has itself for a part
  Kind kind = classify(*record, type, unit, depth);
  unit.lockHolders[record] = kind;
  return kind;
}

constexpr int deepest = 4;

Taking stronger(Taking a, Taking b) { return std::max(a, b); }

/// Of a class that has a guard in it: what its constructor makes of the guard.
Taking madeByConstructor(const clang::CXXConstructExpr &construct, UnitContext &unit) {
  const clang::CXXConstructorDecl *constructor = construct.getConstructor();
  Kind kind = kindOf(construct.getType(), unit, deepest);
  if (kind == None) return Taking::No;
  const clang::Stmt *body = readableBody(constructor, unit);
  bool isOwn = !unit.lookup.guard(construct.getType()) && !isScopedLockable(*constructor->getParent());
  if (kind == Guard && isOwn && body)
    return callsMember(body, LockMember::Locks) ? Taking::Takes : callsMember(body, LockMember::Tries) ? Taking::Tries : Taking::No;
  if (kind != Wrapper) return takesLock(llvm::ArrayRef<const Expr *>(construct.getArgs(), construct.getNumArgs()));
  if (!body && !constructor->isImplicit()) { // nobody knows what it makes of its guard, unless it is given a mutex
    bool isGivenMutex = llvm::any_of(construct.arguments(), [](const Expr *argument) { return isHandLockable(argument->getType()); });
    return isGivenMutex ? takesLock(llvm::ArrayRef<const Expr *>(construct.getArgs(), construct.getNumArgs())) : Taking::No;
  }
  Taking taking = Taking::No;
  for (const clang::CXXCtorInitializer *init : llvm::cast<clang::CXXConstructorDecl>(constructor->getDefinition() ? constructor->getDefinition() : constructor)->inits())
    if (mayHoldLock(init->isDelegatingInitializer() ? construct.getType() : init->getInit()->getType(), unit))
      taking = stronger(taking, takesLock(init->getInit(), unit));
  return taking;
}

/// What a function of the program returns, when it shows; else what its name says.
Taking madeByCall(const clang::CallExpr &call, UnitContext &unit) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  if (!callee) return Taking::Takes;
  StringRef name = nameOf(*callee);
  if (isStdFunction(*callee) && name.starts_with("make_")) return takesLock(llvm::ArrayRef<const Expr *>(call.getArgs(), call.getNumArgs()));
  if (isStdFunction(*callee)) return Taking::No; // exchange, optional::value: nobody knows
  if (name.contains_insensitive("try")) return Taking::Tries;
  if (name.contains_insensitive("defer") || name.contains_insensitive("unlock")) return Taking::No;
  bool isWrapper = kindOf(call.getType(), unit, deepest) == Wrapper;
  bool anyReturn = false, anyTaken = false;
  forEachInner(readableBody(callee, unit), [&](const clang::Stmt &inner) {
    const auto *result = dyn_cast<clang::ReturnStmt>(&inner);
    if (!result || !result->getRetValue()) return;
    anyReturn = true;
    const Expr *value = unwrap(result->getRetValue());
    anyTaken |= value->isPRValue() ? takesLock(value, unit) != Taking::No : !isWrapper;
  });
  if (isWrapper && !anyReturn) return Taking::No; // nobody knows what it made of its guard
  return anyReturn && !anyTaken ? Taking::No : Taking::Takes;
}

/// What `rlock()` and its like give back: a class that cannot be copied, with a destructor and a way to unlock before.
bool isLockProxy(const clang::CallExpr &call) {
  const auto *callee = dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
  const CXXRecordDecl *record = callee ? recordIn(call.getType()) : nullptr;
  if (!record || record->isInStdNamespace() || record->hasTrivialDestructor()) return false;
  StringRef name = nameOf(*callee);
  if (!name.ends_with_insensitive("lock") && !name.starts_with_insensitive("lock_")) return false;
  bool isCopied = llvm::any_of(record->ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->isCopyConstructor() && !made->isDeleted() && !made->isImplicit();
  });
  bool canUnlock = hasMember(*record, "unlock") || (hasMember(*record, "release") && hasMember(*record, "reset"));
  return !isCopied && canUnlock && !isAwaitable(awaitableKind(call.getType(), callee->getASTContext())) &&
         !isTaskMutex(callee->getThisType()->getPointeeType());
}

} // namespace

bool mayHoldLock(QualType type, UnitContext &unit) { return kindOf(type, unit, deepest) != None; }

bool isLockGuard(QualType type, UnitContext &unit) {
  Kind kind = kindOf(type, unit, deepest);
  return kind == Guard || kind == Owner;
}

Taking takesLock(llvm::ArrayRef<const Expr *> arguments) {
  Taking taking = Taking::No;
  for (const Expr *argument : arguments) {
    if (llvm::isa<clang::CXXDefaultArgExpr>(argument)) continue;
    argument = argument->IgnoreParenImpCasts();
    if (llvm::isa<clang::CXXNullPtrLiteralExpr>(argument)) return Taking::No;
    if (const auto *truth = dyn_cast<clang::CXXBoolLiteralExpr>(argument); truth && !truth->getValue()) return Taking::No;
    const CXXRecordDecl *record = recordOf(argument->getType());
    StringRef name = record ? nameOf(*record) : StringRef();
    if (name.contains_insensitive("defer") || name == "nullopt_t" || isTaskMutex(argument->getType().getNonReferenceType())) return Taking::No;
    if (name.contains_insensitive("try") || name == "duration" || name == "time_point") return Taking::Tries;
    taking = Taking::Takes;
  }
  return taking;
}

Taking takesLock(const Expr *value, UnitContext &unit) {
  value = value->IgnoreImplicit();
  while (const auto *cast = dyn_cast<clang::ExplicitCastExpr>(value)) value = cast->getSubExpr()->IgnoreImplicit();
  if (const auto *atMember = dyn_cast<clang::CXXDefaultInitExpr>(value)) return takesLock(atMember->getExpr(), unit);
  if (const auto *made = dyn_cast<clang::CXXNewExpr>(value))
    return made->getInitializer() ? takesLock(made->getInitializer(), unit)
                                  : (made->getConstructExpr() ? takesLock(made->getConstructExpr(), unit) : Taking::No);
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(value)) {
    if (construct->getNumArgs() == 1 && construct->getArg(0)->isPRValue() && mayHoldLock(construct->getArg(0)->getType(), unit))
      return takesLock(construct->getArg(0), unit); // an owner of it
    if (construct->getNumArgs() == 1 && llvm::isa<clang::CXXNewExpr>(construct->getArg(0)->IgnoreImplicit())) return takesLock(construct->getArg(0), unit);
    if (construct->getConstructor()->isCopyOrMoveConstructor()) return Taking::No; // the source says
    return madeByConstructor(*construct, unit);
  }
  if (const auto *list = dyn_cast<clang::InitListExpr>(value)) {
    Taking taking = Taking::No;
    for (const Expr *part : list->inits())
      if (mayHoldLock(part->getType(), unit)) taking = stronger(taking, takesLock(part, unit));
    return taking;
  }
  if (const auto *choice = dyn_cast<clang::AbstractConditionalOperator>(value))
    return std::min(Taking::Tries, stronger(takesLock(choice->getTrueExpr(), unit), takesLock(choice->getFalseExpr(), unit)));
  if (const auto *call = dyn_cast<clang::CallExpr>(value)) {
    if (call->isPRValue() && mayHoldLock(call->getType(), unit)) return madeByCall(*call, unit);
    return isLockProxy(*call) ? Taking::Takes : Taking::No;
  }
  if (llvm::isa<clang::CoawaitExpr>(value)) { // an awaited lock is its task's, unless it is the thread's for sure
    const CXXRecordDecl *record = recordIn(value->getType());
    bool isStd = record && anyTypeArgument(*record, [](QualType type) { return type->getAsCXXRecordDecl() && type->getAsCXXRecordDecl()->isInStdNamespace() && isLockable(type); });
    return isStd ? Taking::Takes : Taking::No;
  }
  return Taking::No;
}

LockMember lockMember(const clang::CXXMethodDecl &method) {
  if (llvm::isa<clang::CXXConversionDecl>(method) && method.getReturnType()->isBooleanType()) return LockMember::Asks;
  StringRef name = nameOf(method);
  bool givesNothing = method.getReturnType()->isVoidType();
  if (name.starts_with("try") || name.starts_with("Try"))
    return method.getReturnType()->isBooleanType() && name.contains_insensitive("lock") ? LockMember::Tries : LockMember::None;
  if (isOneOf(name, {"lock", "lock_shared", "lock_upgrade", "Lock", "LockShared", "ReaderLock", "WriterLock", "lockForRead",
                     "lockForWrite", "relock"}))
    return givesNothing ? LockMember::Locks : LockMember::None;
  if (isOneOf(name, {"unlock", "unlock_shared", "unlock_upgrade", "Unlock", "UnlockShared", "ReaderUnlock", "WriterUnlock",
                     "release", "Release", "reset", "swap", "clear", "pop_back", "pop_front"}))
    return LockMember::Unlocks;
  return isOneOf(name, {"owns_lock", "isLocked", "IsLocked", "owns", "has_value"}) ? LockMember::Asks : LockMember::None;
}

bool isHandLockable(QualType type) {
  if (isLockable(type)) return true;
  if (type.isNull()) return false;
  type = type.getNonReferenceType();
  if (type->isPointerType()) type = type->getPointeeType();
  const CXXRecordDecl *record = recordIn(type);
  return record && ((hasMember(*record, "Lock") && hasMember(*record, "Unlock")) ||
                    (hasMember(*record, "lockForRead") && hasMember(*record, "unlock")));
}

bool unlocksInside(const clang::Stmt *body, const clang::ValueDecl &mutex) {
  bool unlocks = false, locks = false;
  forEachInner(body, [&](const clang::Stmt &inner) {
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    if (!call || !call->getMethodDecl()) return;
    const Expr *object = unwrap(call->getImplicitObjectArgument());
    const auto *name = dyn_cast<clang::DeclRefExpr>(object);
    const auto *member = dyn_cast<clang::MemberExpr>(object);
    if ((name ? name->getDecl() : member ? member->getMemberDecl() : nullptr) != &mutex) return;
    unlocks |= lockMember(*call->getMethodDecl()) == LockMember::Unlocks;
    locks |= lockMember(*call->getMethodDecl()) == LockMember::Locks;
  });
  return unlocks && !locks;
}

} // namespace coroguard
