// Long because the ways to own a lock refer to each other: a guard, an owner of one, a class with one in it.
#include "facts/lock_types.h"
#include "facts/inner_statements.h"
#include "facts/lock_effects.h"
#include "facts/readable_body.h"
#include "language/await_result.h"
#include "language/callee.h"
#include "language/locking.h"
#include "language/name_words.h"
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

enum Kind : int { Unknown = -1, None, Guard, Owner, Wrapper };

/// Of an array, the class of its elements.
const CXXRecordDecl *recordIn(QualType type) {
  const CXXRecordDecl *record = type.isNull() || type->isReferenceType() ? nullptr : type->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
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

/// std::defer_lock, or what other libraries call so.
bool isDeferring(QualType type) {
  const CXXRecordDecl *record = recordOf(type);
  return record && nameOf(*record).contains_insensitive("defer");
}

/// A mutex that tasks wait for: it can be unlocked, but taking it is something to await.
bool isTaskMutex(QualType type) {
  const CXXRecordDecl *record = recordIn(type);
  return record && !isHandLockable(type) && (hasMember(*record, "unlock") || hasMember(*record, "unlock_shared"));
}

/// A policy for programs with one thread: its lock() does nothing.
bool isNullMutex(QualType type, UnitContext &unit) {
  const CXXRecordDecl *record = recordIn(type);
  const auto *lock = record ? dyn_cast_or_null<clang::CXXMethodDecl>(findMember(*record, &record->getASTContext().Idents.get("lock"))) : nullptr;
  const auto *body = dyn_cast_or_null<clang::CompoundStmt>(readableBody(lock, unit));
  return body && body->body_empty() && lock->getReturnType()->isVoidType();
}

/// Classes that own what their template argument says, in whatever namespace.
bool isOwnerName(StringRef name) {
  return isOneOf(name, {"optional", "Optional", "unique_ptr", "shared_ptr", "scoped_ptr", "pair", "tuple", "variant", "vector",
                        "array", "list", "deque", "map", "unordered_map"});
}

bool isModelledGuard(QualType type, UnitContext &unit) {
  const GuardType *guard = unit.lookup.guard(type);
  const CXXRecordDecl *record = guard ? type->getAsCXXRecordDecl() : nullptr;
  if (!record || record->isDependentContext() || guard->of == GuardType::Of::Task) return false;
  return !anyTypeArgument(*record, [&](QualType mutex) { return isTaskMutex(mutex) || isNullMutex(mutex, unit); });
}

/// Classes whose kind is being found out. Until it is known, a class that has itself for a part is taken for one without
/// a lock; what followed from that is kept only when it turns out to be true.
struct OpenQuestions {
  unsigned open = 0;
  bool isAsked = false; // an open one, since the last answer
  llvm::SmallVector<const CXXRecordDecl *, 8> provisional;
};

Kind kindOf(QualType type, UnitContext &unit, OpenQuestions &questions);

Kind classify(const CXXRecordDecl &record, QualType type, UnitContext &unit, OpenQuestions &questions) {
  if (record.isLambda()) return None;
  if (unit.lookup.guard(type)) return isModelledGuard(type, unit) ? Guard : None;
  if (isScopedLockable(record)) return Guard;
  auto hasLock = [&](QualType inner) { return kindOf(inner, unit, questions) != None; };
  if (isOwnerName(nameOf(record))) return anyTypeArgument(record, hasLock) ? Owner : None;
  if (record.isInStdNamespace() || record.hasTrivialDestructor()) return None;
  if (isOwnGuard(record, type, unit)) return Guard;
  bool hasOne = llvm::any_of(record.fields(), [&](const clang::FieldDecl *field) { return hasLock(field->getType()); }) ||
                llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) { return hasLock(base.getType()); });
  return hasOne ? Wrapper : None;
}

Kind kindOf(QualType type, UnitContext &unit, OpenQuestions &questions) {
  const CXXRecordDecl *record = recordIn(type);
  if (!record) return !type.isNull() && isModelledGuard(type, unit) ? Guard : None; // a template that nobody has needed so far
  if (auto known = unit.lockHolders.find(record); known != unit.lockHolders.end()) {
    questions.isAsked |= known->second < 0;
    return std::max(None, Kind(known->second));
  }
  unit.lockHolders[record] = Unknown;
  ++questions.open;
  bool wasAsked = std::exchange(questions.isAsked, false);
  Kind kind = classify(*record, clang::QualType(type->getBaseElementTypeUnsafe(), 0), unit, questions);
  --questions.open;
  bool isProvisional = kind == None && questions.isAsked && questions.open > 0;
  questions.isAsked |= wasAsked;
  unit.lockHolders[record] = isProvisional ? Unknown : kind;
  if (isProvisional) questions.provisional.push_back(record);
  if (questions.open > 0) return kind;
  for (const CXXRecordDecl *other : questions.provisional)
    kind == None ? void(unit.lockHolders[other] = None) : void(unit.lockHolders.erase(other));
  return kind;
}

Kind kindOf(QualType type, UnitContext &unit) {
  OpenQuestions questions;
  return kindOf(type, unit, questions);
}

Taking stronger(Taking a, Taking b) { return std::max(a, b); }

using Arguments = llvm::ArrayRef<const Expr *>;

template <class Call> Arguments argumentsOf(const Call &call) { return {call.getArgs(), call.getNumArgs()}; }

bool isGivenMutex(Arguments arguments) {
  return llvm::any_of(arguments, [](const Expr *argument) { return isHandLockable(argument->getType()); });
}

/// What the initialisers of a field give it when nobody else does.
Taking madeByDefault(const CXXRecordDecl &record, UnitContext &unit) {
  Taking taking = Taking::No;
  for (const clang::FieldDecl *field : record.fields())
    if (const Expr *init = field->hasInClassInitializer() ? field->getInClassInitializer() : nullptr; init && mayHoldLock(field->getType(), unit))
      taking = stronger(taking, takesLock(init, unit));
  return taking;
}

/// `lock = std::unique_lock(mutex);`
Taking assignedIn(const clang::Stmt *body, UnitContext &unit) {
  Taking taking = Taking::No;
  forEachInner(body, [&](const clang::Stmt &inner) {
    const auto *assignment = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    if (!assignment || assignment->getOperator() != clang::OO_Equal || !mayHoldLock(assignment->getArg(0)->getType(), unit)) return;
    if (llvm::isa<clang::MemberExpr>(unwrap(assignment->getArg(0)))) taking = stronger(taking, takesLock(assignment->getArg(1), unit));
  });
  return taking;
}

/// Of a class that has a guard in it: what its constructor makes of the guard.
Taking madeInside(const clang::CXXConstructorDecl &constructor, UnitContext &unit) {
  const auto *definition = llvm::cast<clang::CXXConstructorDecl>(constructor.getDefinition() ? constructor.getDefinition() : &constructor);
  if (definition->isImplicit() && definition->inits().empty()) return madeByDefault(*constructor.getParent(), unit); // not needed so far
  const clang::Stmt *body = readableBody(definition, unit);
  LockEffect effect = lockEffect(*definition, unit);
  Taking taking = effect.leavesLocked() ? Taking::Takes : assignedIn(body, unit);
  for (const clang::CXXCtorInitializer *init : definition->inits())
    if (init->isDelegatingInitializer() || mayHoldLock(init->getInit()->getType(), unit)) taking = stronger(taking, takesLock(init->getInit(), unit));
  return effect.leavesUnlocked() ? Taking::No : taking;
}

/// Whoever has an object of such a class has the lock: no constructor of it leaves the guard empty.
bool isAlwaysLocked(const CXXRecordDecl &record, UnitContext &unit) {
  if (record.isAggregate()) return true; // somebody has filled it
  bool any = false;
  for (const clang::CXXConstructorDecl *made : record.ctors()) {
    if (made->isCopyOrMoveConstructor() || made->isDeleted()) continue;
    bool isShown = made->isImplicit() || made->isDefaulted() || readableBody(made, unit);
    bool isGiven = llvm::any_of(made->parameters(), [&](const clang::ParmVarDecl *parameter) { return isHandLockable(parameter->getType()); });
    if (isShown ? madeInside(*made, unit) == Taking::No : !isGiven) return false;
    any = true;
  }
  return any;
}

/// Of an object that a library function makes from these arguments, for itself or inside an owner.
Taking madeElsewhere(QualType type, Arguments arguments, UnitContext &unit) {
  const CXXRecordDecl *record = recordIn(type);
  auto isTag = [](const Expr *argument) {
    const CXXRecordDecl *tag = recordOf(argument->getType());
    return llvm::isa<clang::CXXDefaultArgExpr>(argument) || (tag && nameOf(*tag).starts_with("in_place"));
  };
  while (!arguments.empty() && isTag(arguments.front())) arguments = arguments.drop_front();
  bool isEmpty = llvm::all_of(arguments, [](const Expr *argument) { // so many
    return llvm::isa<clang::CXXDefaultArgExpr>(argument) || argument->getType()->isIntegerType();
  });
  if (!record || kindOf(type, unit) != Wrapper) return isEmpty ? Taking::No : takesLock(arguments);
  if (isEmpty) return madeByDefault(*record, unit);
  bool isHanded = isGivenMutex(arguments) || llvm::any_of(arguments, [&](const Expr *argument) { return mayHoldLock(argument->getType().getNonReferenceType(), unit); });
  if (isHanded) return takesLock(arguments);
  return isAlwaysLocked(*record, unit) ? Taking::Takes : Taking::No;
}

/// What an owner owns, as far as it may be locked.
QualType elementOf(QualType owner, UnitContext &unit) {
  QualType element;
  const CXXRecordDecl *record = recordIn(owner);
  if (record) anyTypeArgument(*record, [&](QualType type) { return kindOf(type, unit) != None && (element = type, true); });
  return element;
}

Taking madeByConstructor(const clang::CXXConstructExpr &construct, UnitContext &unit) {
  const clang::CXXConstructorDecl *constructor = construct.getConstructor();
  Kind kind = kindOf(construct.getType(), unit);
  const clang::Stmt *body = readableBody(constructor, unit);
  if (kind == None) return Taking::No;
  if (kind == Owner) return construct.getNumArgs() == 0 ? Taking::No : madeElsewhere(elementOf(construct.getType(), unit), argumentsOf(construct), unit);
  if (kind == Guard) {
    LockAnnotation said = lockAnnotation(*constructor);
    if (said.does == LockAnnotation::Does::Locks) return Taking::Takes;
    if (said.does == LockAnnotation::Does::Tries) return Taking::Tries;
    bool isOwn = !unit.lookup.guard(construct.getType()) && !isScopedLockable(*constructor->getParent());
    if (!isOwn || !body) return takesLock(argumentsOf(construct));
    LockEffect effect = lockEffect(*constructor, unit);
    return effect.leavesLocked() ? Taking::Takes : effect.tries ? Taking::Tries : Taking::No;
  }
  if (!body && !constructor->isImplicit()) // nobody knows what it makes of its guard, unless it is given a mutex
    return isGivenMutex(argumentsOf(construct)) ? takesLock(argumentsOf(construct)) : Taking::No;
  return madeInside(*constructor, unit);
}

/// What a function of the program returns, when it shows; else what its name and a std::defer_lock say.
Taking madeByCall(const clang::CallExpr &call, UnitContext &unit) {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  if (!callee) return Taking::Takes;
  StringRef name = nameOf(*callee);
  if (isStdFunction(*callee) && name.starts_with("make_")) return madeElsewhere(elementOf(call.getType(), unit), argumentsOf(call), unit);
  if (isStdFunction(*callee)) return Taking::No; // exchange, optional::value: nobody knows
  if (name.contains_insensitive("try")) return Taking::Tries;
  if (name.contains_insensitive("defer") || name.contains_insensitive("unlock")) return Taking::No;
  bool isLocked = isLockedWhenGiven(call.getType(), unit);
  bool anyReturn = false, anyTaken = false;
  forEachInner(readableBody(callee, unit), [&](const clang::Stmt &inner) {
    const auto *result = dyn_cast<clang::ReturnStmt>(&inner);
    if (!result || !result->getRetValue()) return;
    anyReturn = true;
    const Expr *value = unwrap(result->getRetValue());
    anyTaken |= value->isPRValue() ? takesLock(value, unit) != Taking::No : isLocked;
  });
  if (!anyReturn && llvm::any_of(call.arguments(), [](const Expr *argument) { return isDeferring(argument->getType()); }))
    return Taking::No;
  return (anyReturn ? anyTaken : isLocked) ? Taking::Takes : Taking::No;
}

/// lock(), wlock(), read_lock() and lock_shared(), not block() or clock().
bool saysLock(StringRef name) {
  auto isLock = [](StringRef word) { return word == "lock" || word == "rlock" || word == "wlock" || word == "ulock"; };
  llvm::SmallVector<std::string, 4> words = wordsOf(name);
  return !words.empty() && (isLock(words.front()) || isLock(words.back()));
}

/// Has the class a mutex, a guard or a way to one among its members or template arguments?
bool showsMutex(const CXXRecordDecl &record, UnitContext &unit) {
  auto isOne = [&](QualType type) { return isHandLockable(type) || mayHoldLock(type, unit); };
  return llvm::any_of(record.fields(), [&](const clang::FieldDecl *field) { return isOne(field->getType()); }) || anyTypeArgument(record, isOne) ||
         llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
           const CXXRecordDecl *inner = recordIn(base.getType());
           return inner && showsMutex(*inner, unit);
         });
}

bool isAskedForTruth(const CXXRecordDecl &record) {
  return llvm::any_of(record.getVisibleConversionFunctions(), [](const clang::NamedDecl *conversion) {
    const auto *method = dyn_cast<clang::CXXConversionDecl>(conversion->getUnderlyingDecl());
    return method && method->getConversionType()->isBooleanType();
  });
}

/// What `rlock()` and its like give back: a class that cannot be copied, with a destructor and a way to unlock before. One
/// without an unlock() needs a mutex in sight; what a constant object gives that may be nothing is a weak reference's
/// strong one.
bool isLockProxy(const clang::CallExpr &call, UnitContext &unit) {
  const auto *callee = dyn_cast_or_null<clang::CXXMethodDecl>(call.getDirectCallee());
  const CXXRecordDecl *record = callee ? recordIn(call.getType()) : nullptr;
  if (!record || record->isInStdNamespace() || record->hasTrivialDestructor() || !saysLock(nameOf(*callee))) return false;
  bool isCopied = llvm::any_of(record->ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->isCopyConstructor() && !made->isDeleted() && !made->isImplicit();
  });
  bool unlocks = hasMember(*record, "unlock");
  bool canUnlock = unlocks || (hasMember(*record, "release") && hasMember(*record, "reset"));
  if (isCopied || !canUnlock || isAwaitable(awaitableKind(call.getType(), callee->getASTContext()))) return false;
  if (isTaskMutex(callee->getThisType()->getPointeeType())) return false;
  bool isWeak = callee->isConst() && isAskedForTruth(*record);
  return unlocks || showsMutex(*record, unit) || (!isWeak && showsMutex(*callee->getParent(), unit));
}

} // namespace

bool mayHoldLock(QualType type, UnitContext &unit) { return kindOf(type, unit) != None; }

bool isLockedWhenGiven(QualType type, UnitContext &unit) {
  Kind kind = kindOf(type, unit);
  if (kind == Owner) return isLockedWhenGiven(elementOf(type, unit), unit);
  return kind == Guard || (kind == Wrapper && isAlwaysLocked(*recordIn(type), unit));
}

Taking takesLock(QualType type, llvm::ArrayRef<const Expr *> arguments, UnitContext &unit) {
  QualType element = kindOf(type, unit) == Owner ? elementOf(type, unit) : type;
  return madeElsewhere(element, arguments, unit);
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
    if (isDeferring(argument->getType()) || name == "nullopt_t" || isTaskMutex(argument->getType().getNonReferenceType())) return Taking::No;
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
    return isLockProxy(*call, unit) ? Taking::Takes : Taking::No;
  }
  if (llvm::isa<clang::CoawaitExpr>(value)) { // an awaited lock is its task's, unless it is the thread's for sure
    const CXXRecordDecl *record = recordIn(value->getType());
    bool isStd = record && anyTypeArgument(*record, [](QualType type) { return type->getAsCXXRecordDecl() && type->getAsCXXRecordDecl()->isInStdNamespace() && isLockable(type); });
    return isStd ? Taking::Takes : Taking::No;
  }
  return Taking::No;
}

LockMember lockMember(const clang::CXXMethodDecl &method) {
  if (LockAnnotation said = lockAnnotation(method); said.does != LockAnnotation::Does::Nothing) {
    if (!said.locks.empty() && !llvm::isa<clang::CXXConstructorDecl>(method)) return LockMember::None; // other objects' locks
    using Does = LockAnnotation::Does;
    return said.does == Does::Locks ? LockMember::Locks : said.does == Does::Tries ? LockMember::Tries : LockMember::Unlocks;
  }
  if (llvm::isa<clang::CXXConversionDecl>(method) && method.getReturnType()->isBooleanType()) return LockMember::Asks;
  StringRef name = nameOf(method);
  bool givesNothing = method.getReturnType()->isVoidType();
  if (name.starts_with("try") || name.starts_with("Try"))
    return method.getReturnType()->isBooleanType() && name.contains_insensitive("lock") ? LockMember::Tries : LockMember::None;
  if (isOneOf(name, {"lock", "lock_shared", "lock_upgrade", "Lock", "LockShared", "ReaderLock", "WriterLock", "lockForRead",
                     "lockForWrite", "relock", "acquire"}))
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

} // namespace coroguard
