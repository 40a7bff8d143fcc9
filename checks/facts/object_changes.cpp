#include "facts/object_changes.h"
#include "facts/inner_statements.h"
#include "facts/self_owner.h"
#include "language/locking.h"
#include "language/std_functions.h"
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/StringExtras.h>

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::ValueDecl;
using llvm::dyn_cast;
using llvm::isa;

/// nullptr, {}, std::nullopt, or nothing written at all.
bool isEmptyValue(const Expr *value) {
  if (isa<clang::CXXDefaultArgExpr>(value)) return true;
  const Expr *written = unwrap(value->IgnoreImplicit());
  if (isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr, clang::CXXDefaultArgExpr, clang::CXXScalarValueInitExpr>(written)) return true;
  if (const auto *list = dyn_cast<clang::InitListExpr>(written)) return list->getNumInits() == 0;
  if (const auto *made = dyn_cast<clang::CXXConstructExpr>(written))
    return made->getNumArgs() == 0 || (made->getArg(0) != value && isEmptyValue(made->getArg(0)));
  const auto *name = dyn_cast<clang::DeclRefExpr>(written);
  return name && name->getDecl()->isInStdNamespace() && name->getDecl()->getIdentifier() && name->getDecl()->getName() == "nullopt";
}

const FunctionDecl *around(const FunctionDecl &lambda) {
  const clang::DeclContext *context = lambda.getParent();
  while (context && !isa<FunctionDecl>(context)) context = context->getParent();
  return dyn_cast_or_null<FunctionDecl>(context);
}

bool isLambda(const FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  return method && method->getParent()->isLambda();
}

bool isWithin(const FunctionDecl &function, const FunctionDecl &outer) {
  for (const FunctionDecl *each = &function; each; each = isLambda(*each) ? around(*each) : nullptr)
    if (each->getCanonicalDecl() == outer.getCanonicalDecl()) return true;
  return false;
}

bool isCoroutine(const FunctionDecl &function) {
  return llvm::isa_and_nonnull<clang::CoroutineBodyStmt>(function.getBody());
}

/// A class's own swap: its parameters are nothing but objects of the class.
bool isSwap(const FunctionDecl &function) {
  if (!function.getIdentifier() || function.getName() != "swap" || function.getNumParams() == 0) return false;
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  const clang::CXXRecordDecl *first = function.getParamDecl(0)->getType().getNonReferenceType()->getAsCXXRecordDecl();
  if (method)
    return function.getNumParams() == 1 && first &&
           first->getCanonicalDecl() == method->getParent()->getCanonicalDecl();
  return function.getNumParams() == 2 && first &&
         first == function.getParamDecl(1)->getType().getNonReferenceType()->getAsCXXRecordDecl();
}

/// What a test framework calls before and after the tests: it hides or overrides the same of a base class.
bool isFixtureStep(const FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (!method || !method->getIdentifier()) return false;
  bool isNamedSo = method->getName().starts_with("SetUp") || method->getName().starts_with("TearDown");
  auto hasIt = [&](const clang::CXXBaseSpecifier &base) {
    const clang::CXXRecordDecl *record = base.getType()->getAsCXXRecordDecl();
    return record && record->hasDefinition() && record->hasMemberName(method->getDeclName());
  };
  return isNamedSo && llvm::any_of(method->getParent()->bases(), hasIt);
}

/// What makes an object, ends it, or puts another in its place as a whole: whoever does so while others use it is to
/// blame where he calls it.
bool makesOrEnds(const FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  bool assigns = method && (method->isCopyAssignmentOperator() || method->isMoveAssignmentOperator());
  return assigns || isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(function) || isSwap(function) ||
         isFixtureStep(function);
}

/// Named as what is called when something happens: onConnect(), on_close(id). With a callable it registers one.
bool isNamedLikeHandler(const FunctionDecl &function) {
  if (!function.getIdentifier()) return false;
  llvm::StringRef name = function.getName();
  bool isHandler = name.starts_with("on_") || (name.starts_with("on") && name.size() > 2 && llvm::isUpper(name[2]));
  return isHandler && llvm::none_of(function.parameters(), [](const clang::ParmVarDecl *parameter) {
           clang::QualType type = parameter->getType().getNonReferenceType();
           const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
           return type->isPointerType() || erasedSignature(type) || (record && record->isLambda());
         });
}

} // namespace

ObjectChanges::ObjectChanges(llvm::ArrayRef<const FunctionDecl *> functions, UnitContext &unit) : unit(unit) {
  for (const FunctionDecl *function : functions)
    forEachInner(function->getBody(), [&](const clang::Stmt &part) { look(part, *function); });
  for (const FunctionDecl *function : functions)
    if (isCoroutine(*function))
      for (const clang::ParmVarDecl *parameter : function->parameters()) declared(*parameter, *function);
}

void ObjectChanges::declared(const clang::VarDecl &variable, const FunctionDecl &function) {
  const clang::CXXRecordDecl *record = variable.hasLocalStorage() ? variable.getType()->getAsCXXRecordDecl() : nullptr;
  if (record && isCoroutine(function)) frameClasses.insert(keyOf(*record));
}

void ObjectChanges::look(const clang::Stmt &part, const FunctionDecl &function) {
  if (const auto *member = dyn_cast<clang::MemberExpr>(&part)) users[keyOf(*member->getMemberDecl())].insert(&function);
  if (const auto *name = dyn_cast<clang::DeclRefExpr>(&part)) {
    if (const auto *callee = dyn_cast<FunctionDecl>(name->getDecl())) callers[callee->getCanonicalDecl()].insert(&function);
    else users[keyOf(*name->getDecl())].insert(&function);
  }
  if (const auto *member = dyn_cast<clang::MemberExpr>(&part))
    if (const auto *callee = dyn_cast<FunctionDecl>(member->getMemberDecl())) {
      callers[callee->getCanonicalDecl()].insert(&function);
      if (isa<clang::CXXThisExpr>(unwrap(member->getBase()))) ownCallers[callee->getCanonicalDecl()].insert(&function);
    }
  if (const auto *binary = dyn_cast<clang::BinaryOperator>(&part); binary && binary->isAssignmentOp()) {
    if (binary->isCompoundAssignmentOp())
      add(binary->getLHS(), ElementChange::Replaces, function);
    else
      assigned(binary->getLHS(), binary->getRHS(), function);
  }
  if (const auto *unary = dyn_cast<clang::UnaryOperator>(&part); unary && unary->isIncrementDecrementOp())
    add(unary->getSubExpr(), ElementChange::Replaces, function);
  if (const auto *list = dyn_cast<clang::DeclStmt>(&part))
    for (const clang::Decl *decl : list->decls())
      if (const auto *variable = dyn_cast<clang::VarDecl>(decl)) declared(*variable, function);
  if (const auto *ended = dyn_cast<clang::CXXDeleteExpr>(&part)) add(ended->getArgument(), ElementChange::Empties, function);
  const auto *call = dyn_cast<clang::CallExpr>(&part);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  if (callee) passed(*call, *callee, function);
}

void ObjectChanges::passed(const clang::CallExpr &call, const FunctionDecl &callee, const FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&callee);
  if (method && method->isConst()) return;
  if (const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call)) {
    ElementChange kind = elementChange(callee);
    const Expr *object = member->getImplicitObjectArgument();
    if (object && isAtomic(object->getType())) return add(object, ElementChange::Replaces, function);
    if (kind == ElementChange::None || !object || object->getType()->isPointerType()) return;
    Replaceable held = replaceableKind(unwrap(object)->getType());
    if (held == Replaceable::Class) return; // a class's reset() may mean anything
    bool refills = kind == ElementChange::Empties && call.getNumArgs() > 0 && !isEmptyValue(call.getArg(0));
    if (held == Replaceable::Cell && kind == ElementChange::Inserts) refills = true; // emplace
    return add(object, refills ? ElementChange::Replaces : kind, function);
  }
  if (isa<clang::CXXOperatorCallExpr>(call) && method && call.getNumArgs() > 0) {
    bool inserts = callee.getOverloadedOperator() == clang::OO_Subscript && isMap(call.getArg(0)->getType());
    ElementChange kind = inserts ? ElementChange::Inserts : elementChange(callee);
    if (callee.getOverloadedOperator() == clang::OO_Equal) return assigned(call.getArg(0), call.getArg(1), function);
    return add(call.getArg(0), kind, function);
  }
  if (!callee.isInStdNamespace() || !callee.getIdentifier() || call.getNumArgs() == 0) return;
  if (callee.getName() == "move" && call.getNumArgs() == 1) add(call.getArg(0), ElementChange::Empties, function);
  if (callee.getName() == "exchange")
    add(call.getArg(0), isEmptyValue(call.getArg(1)) ? ElementChange::Empties : ElementChange::Replaces, function);
  if (callee.getName() == "swap")
    for (const Expr *argument : call.arguments()) add(argument, ElementChange::Replaces, function);
  if (callee.getName().starts_with("erase")) add(call.getArg(0), ElementChange::Erases, function);
}

void ObjectChanges::assigned(const Expr *object, const Expr *value, const FunctionDecl &function) {
  add(object, isEmptyValue(value) ? ElementChange::Empties : ElementChange::Replaces, function, isJustMade(value));
}

void ObjectChanges::add(const Expr *object, ElementChange kind, const FunctionDecl &function, bool isFresh) {
  if (kind == ElementChange::None) return;
  NamedHolder named = namedHolder(object, unit);
  if (!named.decl || named.root == ReferredObject::Root::None) return;
  changes[keyOf(*named.decl)].push_back({&function, kind, named.root, isFresh, object});
}

/// Can only code of this unit call it? Also what only its main file declares, if it is not called through a base.
bool ObjectChanges::isInternal(const FunctionDecl &function) const {
  if (!function.isExternallyVisible()) return true;
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  if (method && method->isVirtual()) return false;
  if (method && method->getAccess() == clang::AS_private) return true;
  const clang::SourceManager &sources = unit.ast.getSourceManager();
  const clang::SourceLocation declared =
      method ? method->getParent()->getLocation() : function.getFirstDecl()->getLocation();
  return sources.isInMainFile(sources.getExpansionLoc(declared));
}

const ObjectChanges::Functions *ObjectChanges::knownCallers(const FunctionDecl &function) const {
  auto known = callers.find(function.getCanonicalDecl());
  return known == callers.end() ? nullptr : &known->second;
}

const ObjectChanges::Functions *ObjectChanges::onlyCallers(const FunctionDecl &function) const {
  return isLambda(function) || !isInternal(function) ? nullptr : knownCallers(function);
}

/// A member of a class template, as a container of the project's own: who changes one is who calls it.
static bool isOfTemplate(const FunctionDecl &function) {
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  return method && llvm::isa<clang::ClassTemplateSpecializationDecl>(method->getParent());
}

/// The same member of another type: index<session> and index<device>.
static bool isOfOtherInstance(const FunctionDecl &function, const ValueDecl &member) {
  const auto *owner = dyn_cast<clang::ClassTemplateSpecializationDecl>(member.getDeclContext());
  const auto *method = dyn_cast<clang::CXXMethodDecl>(&function);
  const auto *other = method ? dyn_cast<clang::ClassTemplateSpecializationDecl>(method->getParent()) : nullptr;
  return owner && other && owner->getSpecializedTemplate() == other->getSpecializedTemplate() &&
         owner->getCanonicalDecl() != other->getCanonicalDecl();
}

bool ObjectChanges::runsOnlyIn(const FunctionDecl &function, const FunctionDecl &other, unsigned depth) const {
  if (makesOrEnds(function) || function.isMain() || isWithin(function, other)) return true;
  const Functions *all = depth > 4 ? nullptr : isOfTemplate(function) ? knownCallers(function) : onlyCallers(function);
  auto runsOnly = [&](const FunctionDecl *caller) {
    return caller == &function || runsOnlyIn(*caller, other, depth + 1);
  };
  return all && llvm::all_of(*all, runsOnly);
}

std::vector<ObjectChange> ObjectChanges::during(const FunctionDecl &coroutine, const ValueDecl &decl) const {
  std::vector<ObjectChange> result;
  auto known = changes.find(keyOf(decl));
  if (known == changes.end()) return result;
  for (const ObjectChange &change : known->second)
    if (!isOfOtherInstance(*change.by, decl) && !runsOnlyIn(*change.by, coroutine)) result.push_back(change);
  return result;
}

std::vector<ObjectChange> ObjectChanges::laterIn(const FunctionDecl &lambda, const ValueDecl &decl) const {
  std::vector<ObjectChange> result;
  auto known = changes.find(keyOf(decl));
  if (known == changes.end()) return result;
  for (const ObjectChange &change : known->second) {
    const FunctionDecl *named = change.by;
    while (isLambda(*named) && named != &lambda && around(*named)) named = around(*named);
    bool isLater = isCoroutine(*change.by) || (isLambda(*change.by) && change.by != &lambda);
    if (isLater && (isWithin(*change.by, lambda) || calls(lambda, *named, 3))) result.push_back(change);
  }
  return result;
}

bool ObjectChanges::inserts(const FunctionDecl &function, const ValueDecl &decl) const {
  auto known = changes.find(keyOf(decl));
  return known != changes.end() && llvm::any_of(known->second, [&](const ObjectChange &change) {
           bool isOurs = change.root == ReferredObject::Root::This || change.root == ReferredObject::Root::Global;
           return isOurs && change.by == &function && change.kind == ElementChange::Inserts;
         });
}

/// A coroutine, a callback, or what one of these calls.
bool ObjectChanges::runsLater(const FunctionDecl &function, unsigned depth) const {
  if (isLambda(function) || isCoroutine(function)) return true;
  auto known = callers.find(function.getCanonicalDecl());
  auto isLater = [&](const FunctionDecl *caller) { return runsLater(*caller, depth + 1); };
  return depth < 3 && known != callers.end() && llvm::any_of(known->second, isLater);
}

bool ObjectChanges::isRepeated(const ObjectChange &change, const ValueDecl &decl) const {
  if (change.kind != ElementChange::Inserts && !(change.kind == ElementChange::Replaces && change.isFresh)) return true;
  if (runsLater(*change.by) || isNamedLikeHandler(*change.by)) return true;
  auto known = changes.find(keyOf(decl));
  auto isAnother = [&](const ObjectChange &other) {
    if (makesOrEnds(*other.by) || other.kind == ElementChange::Inserts) return false;
    return !other.isFresh || other.by != change.by;
  };
  return known != changes.end() && llvm::any_of(known->second, isAnother);
}

bool ObjectChanges::changesUnseen(const ValueDecl &decl) const {
  if (changes.contains(keyOf(decl))) return false;
  const auto *field = dyn_cast<clang::FieldDecl>(&decl);
  if (decl.getType()->isReferenceType()) return true;
  if (!field) return !dyn_cast<clang::VarDecl>(&decl)->hasDefinition();
  const auto *record = dyn_cast<clang::CXXRecordDecl>(field->getParent());
  auto isUnseen = [](const clang::CXXMethodDecl *method) {
    return !method->isConst() && !method->isStatic() && !method->hasBody() && !method->isPureVirtual() &&
           !method->isDefaulted() && !method->isDeleted() && !makesOrEnds(*method);
  };
  return record && llvm::any_of(record->methods(), isUnseen);
}

bool ObjectChanges::uses(const FunctionDecl &function, const ValueDecl &decl) const {
  auto known = users.find(keyOf(decl));
  if (known == users.end()) return false;
  for (const FunctionDecl *each = &function; each; each = isLambda(*each) ? around(*each) : nullptr)
    if (known->second.contains(each)) return true;
  return false;
}

bool ObjectChanges::calls(const FunctionDecl &function, const FunctionDecl &callee, unsigned depth) const {
  if (isWithin(callee, function)) return true;
  const Functions *known = depth > 0 ? knownCallers(callee) : nullptr;
  return known && llvm::any_of(*known, [&](const FunctionDecl *caller) { return calls(function, *caller, depth - 1); });
}

bool ObjectChanges::asks(const FunctionDecl &function, const ValueDecl &decl) const {
  auto known = users.find(keyOf(decl));
  return known != users.end() &&
         llvm::any_of(known->second, [&](const FunctionDecl *user) { return calls(function, *user, 1); });
}

bool ObjectChanges::refills(const FunctionDecl &function, const ValueDecl &decl) const {
  auto known = changes.find(keyOf(decl));
  return known != changes.end() && llvm::any_of(known->second, [&](const ObjectChange &change) {
           bool fills = change.kind == ElementChange::Replaces || change.kind == ElementChange::Inserts;
           return fills && calls(function, *change.by, 2);
         });
}

bool ObjectChanges::sets(const FunctionDecl &changer, const ValueDecl &flag, unsigned depth) const {
  auto known = changes.find(keyOf(flag));
  if (known == changes.end()) return false;
  if (llvm::any_of(known->second, [&](const ObjectChange &change) { return change.by == &changer; })) return true;
  const Functions *all = depth < 2 ? onlyCallers(changer) : nullptr;
  return all && llvm::all_of(*all, [&](const FunctionDecl *caller) { return sets(*caller, flag, depth + 1); });
}

/// A lambda, or what one calls for its own object.
bool ObjectChanges::isCalledBack(const FunctionDecl &function, unsigned depth) const {
  if (isLambda(function)) return true;
  auto known = ownCallers.find(function.getCanonicalDecl());
  return depth < 3 && known != ownCallers.end() &&
         llvm::any_of(known->second, [&](const FunctionDecl *caller) { return isCalledBack(*caller, depth + 1); });
}

bool ObjectChanges::changesOfOthers(const ObjectChange &change, const ValueDecl &decl, bool isLent) const {
  if (change.root != ReferredObject::Root::This && change.root != ReferredObject::Root::Global) return false;
  const auto *record = dyn_cast<clang::CXXRecordDecl>(decl.getDeclContext());
  if (!record || frameClasses.contains(keyOf(*record))) return false;
  if (canOwnItself(*record) || isCalledBack(*change.by)) return true;
  return !isLent && llvm::any_of(record->methods(), [&](const clang::CXXMethodDecl *method) {
    return !method->isStatic() && unit.valueType(method->getReturnType()).isTask;
  });
}

} // namespace coroguard
