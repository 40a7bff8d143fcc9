#include "facts/dying_object.h"
#include "facts/inner_statements.h"
#include "facts/kept_arguments.h"
#include "facts/self_owner.h"
#include "language/name_words.h"
#include "language/replaceable.h"
#include "language/std_functions.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::QualType;
using clang::VarDecl;
using llvm::dyn_cast;
using llvm::isa;

constexpr int mostSteps = 32; // a reference bound to itself, or code nobody wrote

/// The operand of nodes that change neither the object nor where it lives.
const Expr *sameObject(const Expr *expression) {
  if (const auto *full = dyn_cast<clang::FullExpr>(expression)) return full->getSubExpr();
  if (const auto *parens = dyn_cast<clang::ParenExpr>(expression)) return parens->getSubExpr();
  if (const auto *bound = dyn_cast<clang::CXXBindTemporaryExpr>(expression)) return bound->getSubExpr();
  if (const auto *left = dyn_cast<clang::CXXDefaultArgExpr>(expression)) return left->getExpr();
  if (const auto *cast = dyn_cast<clang::CastExpr>(expression)) {
    switch (cast->getCastKind()) {
    case clang::CK_NoOp: case clang::CK_DerivedToBase: case clang::CK_UncheckedDerivedToBase:
    case clang::CK_ArrayToPointerDecay: case clang::CK_BaseToDerived:
      return cast->getSubExpr();
    default: return nullptr;
    }
  }
  return handedOn(*expression, {"addressof"});
}

/// A class from std, so that its members mean what the standard says.
const clang::CXXRecordDecl *stdRecord(QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() ? record : nullptr;
}

bool has(const clang::CXXRecordDecl &record, llvm::StringRef member) {
  for (const clang::Decl *decl : record.decls()) {
    const auto *named = dyn_cast<clang::NamedDecl>(decl);
    if (named && named->getIdentifier() && named->getName() == member) return true;
  }
  return llvm::any_of(record.bases(), [&](const clang::CXXBaseSpecifier &base) {
    const clang::CXXRecordDecl *parent = base.getType()->getAsCXXRecordDecl();
    return parent && parent->hasDefinition() && has(*parent->getDefinition(), member);
  });
}

bool isContiguous(QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!record) return type.getNonReferenceType()->isConstantArrayType();
  return record->hasDefinition() && has(*record->getDefinition(), "data") && has(*record->getDefinition(), "size");
}

/// Does it own what it gives references to, so that this ends with it? A smart pointer may have been one of several
/// owners, or be moved on; a view never owned it.
bool isOwner(QualType type) {
  type = type.getNonReferenceType();
  if (type->isPointerType() || isView(type)) return false;
  const clang::CXXRecordDecl *record = stdRecord(type);
  return !record || !(has(*record, "use_count") || has(*record, "get_deleter"));
}

/// The variable whose part an expression is: `a` of `a.b.c`.
const VarDecl *wholeOf(const Expr *expression) {
  expression = expression->IgnoreParenImpCasts();
  while (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
    if (member->isArrow()) return nullptr;
    expression = member->getBase()->IgnoreParenImpCasts();
  }
  const auto *name = dyn_cast<clang::DeclRefExpr>(expression);
  return name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
}

/// std::unique_ptr, or a class like it that says so by its name: kj::Own, a scoped_ptr.
bool isUniqueOwner(QualType type) {
  if (const clang::CXXRecordDecl *record = stdRecord(type)) return has(*record, "get_deleter");
  const clang::CXXRecordDecl *record = pointee(type) ? type.getNonReferenceType()->getAsCXXRecordDecl() : nullptr;
  if (!record || !hasWord(record->getName(), {"own", "owner", "owned", "owning", "unique", "scoped", "box"})) return false;
  return llvm::none_of(record->ctors(), [](const clang::CXXConstructorDecl *made) {
    return made->isCopyConstructor() && !made->isDeleted();
  });
}

/// A smart pointer that is alone with its object when nobody has copied or moved it. `made` is what it was made of: a
/// shared one may have had company before, or its object may give out others.
bool mayBeAlone(QualType type, const Expr *made) {
  if (isUniqueOwner(type)) return true;
  const clang::CXXRecordDecl *record = stdRecord(type), *target = pointee(type);
  bool isShared = record ? has(*record, "use_count") : target != nullptr;
  return target && isShared && isFreshOwner(made) && !canOwnItself(*target);
}

bool isDereference(const clang::Stmt &expression) {
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&expression);
  return op && (op->getOperator() == clang::OO_Arrow || op->getOperator() == clang::OO_Star) && op->getNumArgs() == 1;
}

/// Is it a call that makes another owner of the same object: `owner->addRef()`, `share(*owner)`?
bool makesCompany(const clang::Stmt &inner, const VarDecl &variable, const clang::CXXRecordDecl &target) {
  const auto *call = dyn_cast<clang::CallExpr>(&inner);
  const clang::CXXRecordDecl *given = call && call->isPRValue() ? pointee(call->getType()) : nullptr;
  if (!given || !given->hasDefinition() || !target.hasDefinition()) return false;
  bool isRelated = declaresSameEntity(given, &target) || given->isDerivedFrom(&target) || target.isDerivedFrom(given);
  return isRelated && mentions(&inner, variable);
}

/// Only looked at, or in case of a unique owner given something new to own.
bool leavesAlone(const clang::Stmt &inner, const VarDecl &variable, bool isUnique) {
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
  const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&inner);
  const clang::FunctionDecl *callee = op ? op->getDirectCallee() : member ? member->getMethodDecl() : nullptr;
  const auto *method = dyn_cast_or_null<clang::CXXMethodDecl>(callee);
  if (!method || !(method->isConst() || isDereference(inner) || (isUnique && op && op->isAssignmentOp()))) return false;
  return wholeOf(op ? op->getArg(0) : member->getImplicitObjectArgument()) == &variable;
}

/// What the hidden variable of a range-for was made of.
const Expr *hiddenInit(const Expr *expression) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(expression));
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  return variable && variable->isImplicit() ? variable->getInit() : nullptr;
}

/// The range whose element `*__begin` is, as it was written.
const Expr *iteratedRange(const Expr *element) {
  const auto *unary = dyn_cast<clang::UnaryOperator>(element);
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(element);
  const Expr *iterator = unary && unary->getOpcode() == clang::UO_Deref          ? unary->getSubExpr()
                         : op && op->getOperator() == clang::OO_Star && op->getNumArgs() == 1 ? op->getArg(0)
                                                                                 : nullptr;
  const Expr *first = iterator ? hiddenInit(iterator) : nullptr;
  if (!first) return nullptr;
  const auto *begin = dyn_cast<clang::CXXMemberCallExpr>(unwrap(first));
  return hiddenInit(begin ? begin->getImplicitObjectArgument() : first);
}

} // namespace

bool isFreshOwner(const Expr *expression) {
  const auto *call = expression ? dyn_cast<clang::CallExpr>(unwrap(expression)) : nullptr;
  const clang::FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (!callee || !callee->getIdentifier()) return false;
  if (callee->isInStdNamespace())
    return llvm::is_contained({"make_unique", "make_shared", "allocate_shared"}, callee->getName());
  bool isMaker = callee->isTemplateInstantiation() && hasWord(callee->getName(), {"make", "allocate"}) &&
                 hasWord(callee->getName(), {"shared", "unique"});
  return isMaker && pointee(call->getType()) &&
         llvm::none_of(call->arguments(), [](const Expr *argument) { return pointee(argument->getType()); });
}

bool DyingObjects::isOwn(const VarDecl &variable) const {
  if (!variable.hasLocalStorage() || variable.isInitCapture() || variable.getType()->isReferenceType()) return false;
  return variable.getDeclContext() == &function;
}

Referred DyingObjects::ofVariable(const VarDecl &variable, int steps) const {
  if (isOwn(variable)) return {&variable};
  if (!variable.getType()->isReferenceType() || variable.getDeclContext() != &function) return {};
  if (const auto *parameter = dyn_cast<clang::ParmVarDecl>(&variable)) return {nullptr, nullptr, parameter};
  if (!variable.hasLocalStorage() || !variable.getInit() || variable.isInitCapture()) return {};
  Referred bound = designated(variable.getInit(), steps + 1);
  return bound.temporary ? Referred{&variable} : bound; // its life is that of the reference
}

Referred DyingObjects::designated(const Expr *expression, int steps) const {
  if (!expression || steps > mostSteps) return {};
  if (const Expr *same = sameObject(expression)) return designated(same, steps + 1);
  if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) {
    if (stored->getStorageDuration() == clang::SD_Static || stored->getStorageDuration() == clang::SD_Thread) return {};
    if (isView(stored->getType())) return viewed(stored->getSubExpr(), steps + 1);
    const auto *extends = dyn_cast_or_null<VarDecl>(stored->getExtendingDecl());
    if (extends && extends->hasLocalStorage()) return {extends};
    return {nullptr, stored};
  }
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) {
    const auto *variable = dyn_cast<VarDecl>(name->getDecl());
    const auto *binding = dyn_cast<clang::BindingDecl>(name->getDecl());
    if (binding && !binding->getType()->isReferenceType()) variable = dyn_cast<VarDecl>(binding->getDecomposedDecl());
    return variable ? ofVariable(*variable, steps) : Referred{};
  }
  if (const auto *choice = dyn_cast<clang::ConditionalOperator>(expression)) {
    Referred one = designated(choice->getTrueExpr(), steps + 1);
    return one ? one : designated(choice->getFalseExpr(), steps + 1);
  }
  if (const auto *member = dyn_cast<clang::MemberExpr>(expression)) {
    const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    bool isPart = !member->isArrow() || isDereference(*member->getBase()->IgnoreImpCasts()); // of what is pointed to
    return field && isPart && !field->getType()->isReferenceType() ? designated(member->getBase(), steps + 1) : Referred{};
  }
  if (const auto *index = dyn_cast<clang::ArraySubscriptExpr>(expression)) return designated(index->getBase(), steps + 1);
  if (const Expr *range = iteratedRange(expression)) return owner(range, steps + 1);
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(expression))
    return unary->getOpcode() == clang::UO_AddrOf ? designated(unary->getSubExpr(), steps + 1) : Referred{};
  if (const auto *call = dyn_cast<clang::CallExpr>(expression)) return ofCall(*call, steps);
  return {};
}

/// Members of the standard library that lead from a container to its elements, and operators of iterators and owners.
Referred DyingObjects::ofCall(const clang::CallExpr &call, int steps) const {
  const clang::FunctionDecl *callee = call.getDirectCallee();
  const Expr *object = nullptr;
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) object = member->getImplicitObjectArgument();
  else if (isa<clang::CXXOperatorCallExpr>(call) && llvm::isa_and_nonnull<clang::CXXMethodDecl>(callee)) object = call.getArg(0);
  while (const auto *cast = object ? dyn_cast<clang::ImplicitCastExpr>(object->IgnoreParens()) : nullptr)
    object = cast->getSubExpr(); // a smart pointer's operators may be its base's
  if (!callee || !object || object->getType()->isPointerType()) return {};
  bool leadsIn = callee->getReturnType()->isReferenceType() || callee->getReturnType()->isPointerType();
  if (!leadsIn) return {};
  if (isDereference(call) && isIterator(object->getType())) return viewed(object, steps + 1);
  if (stdRecord(object->getType())) return owner(object, steps + 1);
  return isDereference(call) && isOnlyOwner(object) ? designated(object, steps + 1) : Referred{};
}

/// Is it a smart pointer of this function, a variable or a part of one, that is alone with its object?
bool DyingObjects::isOnlyOwner(const Expr *expression) const {
  if (expression->IgnoreParenImpCasts()->isPRValue() || isa<clang::MaterializeTemporaryExpr>(expression))
    return (isUniqueOwner(expression->getType()) && isa<clang::CallExpr>(unwrap(expression))) ||
           (isFreshOwner(expression) && mayBeAlone(expression->getType(), expression));
  const VarDecl *variable = wholeOf(expression);
  if (!variable || !isOwn(*variable)) return false;
  bool isWhole = isa<clang::DeclRefExpr>(expression->IgnoreParenImpCasts());
  if (!mayBeAlone(expression->getType(), isWhole ? variable->getInit() : nullptr)) return false;
  bool isUnique = isUniqueOwner(expression->getType());
  const clang::CXXRecordDecl *target = pointee(expression->getType());
  unsigned mentions = 0, looks = 0;
  bool hasCompany = false;
  forEachInner(function.getBody(), [&](const clang::Stmt &inner) {
    const auto *mention = dyn_cast<clang::DeclRefExpr>(&inner);
    mentions += mention && mention->getDecl() == variable;
    looks += leavesAlone(inner, *variable, isUnique);
    hasCompany |= target && makesCompany(inner, *variable, *target);
  });
  return mentions == looks && !hasCompany;
}

/// The same as designated, but only of what owns its parts.
Referred DyingObjects::owner(const Expr *expression, int steps) const {
  if (!isOwner(expression->getType()) && !isOnlyOwner(expression)) return {};
  return designated(expression, steps);
}

Referred DyingObjects::viewedAmong(llvm::ArrayRef<const Expr *> parts, int steps) const {
  for (const Expr *part : parts) {
    bool views = part->getType()->isPointerType() || isView(part->getType());
    if (Referred found = views ? viewed(part, steps + 1) : owner(part, steps + 1)) return found;
  }
  return {};
}

Referred DyingObjects::viewed(const Expr *expression, int steps) const {
  if (!expression || steps > mostSteps) return {};
  if (const auto *stored = dyn_cast<clang::MaterializeTemporaryExpr>(expression)) return viewed(stored->getSubExpr(), steps + 1);
  if (const auto *moved = dyn_cast<clang::CallExpr>(expression); moved && moved->isCallToStdMove())
    return viewed(moved->getArg(0), steps + 1); // a pointer's value moves, not the pointer
  if (expression->getType()->isPointerType() && !isa<clang::DeclRefExpr, clang::ImplicitCastExpr>(expression))
    return expression->isGLValue() ? Referred{}
                                   : designated(expression, steps + 1); // who knows where a kept one points
  if (const auto *cast = dyn_cast<clang::CastExpr>(expression))
    return cast->getCastKind() == clang::CK_ArrayToPointerDecay ? designated(cast->getSubExpr(), steps + 1)
                                                                : viewed(cast->getSubExpr(), steps + 1);
  if (const Expr *same = sameObject(expression)) return viewed(same, steps + 1);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(expression)) { // a view or pointer kept in a variable
    const auto *variable = dyn_cast<VarDecl>(name->getDecl());
    bool isLocal = variable && variable->isLocalVarDecl() && isOwn(*variable) && variable->getInit();
    return isLocal ? viewed(variable->getInit(), steps + 1) : Referred{};
  }
  if (const auto *list = dyn_cast<clang::CXXStdInitializerListExpr>(expression)) return designated(list->getSubExpr(), steps + 1);
  if (const auto *list = dyn_cast<clang::InitListExpr>(expression)) return viewedAmong(list->inits(), steps);
  if (const auto *choice = dyn_cast<clang::ConditionalOperator>(expression)) {
    return viewedAmong({choice->getTrueExpr(), choice->getFalseExpr()}, steps);
  }
  if (const auto *made = dyn_cast<clang::CXXConstructExpr>(expression))
    return viewedAmong(llvm::ArrayRef<const Expr *>(made->getArgs(), made->getNumArgs()), steps);
  const auto *call = dyn_cast<clang::CallExpr>(expression);
  return call && call->getDirectCallee() ? viewedByCall(*call, *call->getDirectCallee(), steps) : Referred{};
}

Referred DyingObjects::viewedByCall(const clang::CallExpr &call, const clang::FunctionDecl &callee, int steps) const {
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) { // a conversion, begin(), substr() of a string is a copy
    const Expr *object = member->getImplicitObjectArgument();
    bool isRange = isNamed(&callee, {"begin", "end", "cbegin", "cend"}) && replaceableKind(object->getType()) == Replaceable::Container;
    bool gives = isa<clang::CXXConversionDecl>(callee) || isRange || stdRecord(object->getType());
    return gives && isView(call.getType()) && !object->getType()->isPointerType() ? owner(object, steps + 1) : Referred{};
  }
  if (isIterator(call.getType())) // one of those that it is given, moved on
    for (const Expr *argument : call.arguments())
      if (argument->getType().getCanonicalType().getUnqualifiedType() == call.getType().getCanonicalType().getUnqualifiedType())
        return viewed(argument, steps + 1);
  bool wraps = callee.isInStdNamespace() || (call.getNumArgs() >= 1 && isContiguous(call.getArg(0)->getType()) && isContiguous(call.getType()));
  return wraps && isView(call.getType()) ? viewedAmong(llvm::ArrayRef<const Expr *>(call.getArgs(), call.getNumArgs()), steps)
                                             : Referred{};
}

} // namespace coroguard
