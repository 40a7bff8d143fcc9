#include "facts/handed_out_owners.h"
#include "facts/inner_statements.h"
#include "facts/named_object.h"
#include "facts/readable_body.h"
#include "facts/self_owner.h"
#include "language/name_words.h"
#include "language/replaceable.h"

namespace coroguard {
namespace {

using clang::Expr;
using clang::FunctionDecl;
using clang::Stmt;
using clang::VarDecl;
using llvm::dyn_cast;

const VarDecl *named(const Expr *expression) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(expression));
  return name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
}

/// The member container of whose elements the function gives one.
const clang::FieldDecl *registryOf(const FunctionDecl &getter, UnitContext &unit) {
  const Stmt *body = readableBody(&getter, unit);
  if (!body || !getter.getDefinition()) return nullptr;
  const clang::FieldDecl *registry = nullptr;
  forEachInner(body, [&](const Stmt &inner) {
    const auto *returned = dyn_cast<clang::ReturnStmt>(&inner);
    const Expr *value = returned && returned->getRetValue() ? unwrap(returned->getRetValue()) : nullptr;
    if (const auto *copy = dyn_cast_or_null<clang::CXXConstructExpr>(value); copy && copy->getNumArgs() == 1)
      value = copy->getArg(0);
    const auto *part = value ? dyn_cast<clang::MemberExpr>(unwrap(value)) : nullptr; // `->second`
    const auto *whole = part ? dyn_cast<clang::RecordDecl>(part->getMemberDecl()->getDeclContext()) : nullptr;
    if (whole && whole->isInStdNamespace()) value = part->getBase();
    const auto *field = value ? llvm::dyn_cast_or_null<clang::FieldDecl>(namedObject(value)) : nullptr;
    if (field && replaceableKind(field->getType()) == Replaceable::Container) registry = field;
  });
  return registry;
}

/// Does the function take elements out, and nothing before that could make their users end?
bool removesFrom(const clang::FieldDecl &registry, const Stmt *body) {
  bool removes = false, endsFirst = false;
  forEachInner(body, [&](const Stmt &inner) {
    const auto *call = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    const clang::CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
    if (!method || !method->getIdentifier()) return;
    ElementChange change = elementChange(*method);
    bool takes = change == ElementChange::Erases || change == ElementChange::Empties;
    if (takes && namedObject(call->getImplicitObjectArgument()) == &registry) removes = true;
    endsFirst |= hasWord(method->getName(), {"stop", "close", "shutdown", "shut", "abort", "cancel", "wait", "drain", "join"});
  });
  return removes && !endsFirst;
}

bool isEmptiedAnytime(const clang::FieldDecl &registry, UnitContext &unit) {
  const auto *record = dyn_cast<clang::CXXRecordDecl>(registry.getParent());
  return record && llvm::any_of(record->methods(), [&](const clang::CXXMethodDecl *method) {
           if (llvm::isa<clang::CXXConstructorDecl, clang::CXXDestructorDecl>(method)) return false;
           const Stmt *body = readableBody(method, unit);
           bool waits = unit.valueType(method->getReturnType()).canBeAwaited();
           return body && !waits && removesFrom(registry, body);
         });
}

bool isDereference(const clang::CXXOperatorCallExpr &op) {
  return op.getOperator() == clang::OO_Arrow || op.getOperator() == clang::OO_Star;
}

/// A variable of this very function that holds what it was initialised with, until it ends.
bool isOwnLocal(const VarDecl &variable, const FunctionDecl &function) {
  return variable.isLocalVarDecl() && variable.hasLocalStorage() && !variable.getType()->isReferenceType() &&
         variable.getDeclContext() == &function && variable.getInit();
}

/// Does the function, as far as its body tells, give what it keeps in a constant, or has it only borrowed?
bool givesWhatStays(const FunctionDecl &getter, UnitContext &unit) {
  return findInner<clang::ReturnStmt>(readableBody(&getter, unit), [](const clang::ReturnStmt &returned) {
    const clang::ValueDecl *named = returned.getRetValue() ? namedObject(returned.getRetValue()) : nullptr;
    const auto *variable = dyn_cast_or_null<VarDecl>(named);
    return named && (named->getType().isConstQualified() || (variable && variable->hasGlobalStorage()));
  });
}

} // namespace

bool staysHere(const VarDecl &variable, const FunctionDecl &function, const clang::LambdaExpr *but) {
  auto count = [&](const Stmt *statement) {
    unsigned mentions = 0;
    forEachInner(statement, [&](const Stmt &inner) {
      const auto *name = dyn_cast<clang::DeclRefExpr>(&inner);
      mentions += name && name->getDecl() == &variable;
    });
    return mentions;
  };
  unsigned mentions = count(function.getBody()), looks = 0;
  if (but)
    for (const Expr *captured : but->capture_inits()) looks += captured ? count(captured) : 0;
  forEachInner(function.getBody(), [&](const Stmt &inner) {
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&inner);
    bool isQuestion = member && member->getMethodDecl() && member->getMethodDecl()->isConst();
    looks += isQuestion && named(member->getImplicitObjectArgument()) == &variable;
    const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(&inner);
    if (op && !op->isAssignmentOp())
      for (const Expr *operand : op->arguments()) looks += named(operand) == &variable;
  });
  return mentions == looks;
}

Referred handedOutSnapshot(const Expr &range, const FunctionDecl &function, UnitContext &unit) {
  const Expr *object = unwrap(&range);
  if (const auto *begin = dyn_cast<clang::CXXMemberCallExpr>(object))
    object = unwrap(begin->getImplicitObjectArgument());
  const auto *op = dyn_cast<clang::CXXOperatorCallExpr>(object);
  const VarDecl *variable = op && isDereference(*op) ? named(op->getArg(0)) : nullptr;
  if (!variable || !isOwnLocal(*variable, function) || !pointee(variable->getType())) return {};
  clang::QualType elements = op->getType().getNonReferenceType();
  if (elements->isPointerType()) elements = elements->getPointeeType();
  if (!elements.isConstQualified() || replaceableKind(elements) != Replaceable::Container) return {};
  const auto *call = dyn_cast<clang::CallExpr>(unwrap(variable->getInit()));
  const FunctionDecl *getter = call && call->isPRValue() ? call->getDirectCallee() : nullptr;
  bool isGot = getter && !getter->isInStdNamespace() && !givesWhatStays(*getter, unit);
  return isGot && staysHere(*variable, function) ? Referred{variable} : Referred{};
}

Referred handedOutOwner(const Expr &object, const FunctionDecl &function, UnitContext &unit) {
  const auto *arrow = dyn_cast<clang::CXXOperatorCallExpr>(unwrap(&object));
  if (!arrow || !isDereference(*arrow)) return {};
  const Expr *owner = unwrap(arrow->getArg(0));
  const VarDecl *variable = named(owner);
  if (variable && (!isOwnLocal(*variable, function) || !staysHere(*variable, function))) return {};
  const auto *call = dyn_cast<clang::CallExpr>(unwrap(variable ? variable->getInit() : owner));
  const FunctionDecl *getter = call && call->isPRValue() ? call->getDirectCallee() : nullptr;
  const clang::CXXRecordDecl *target = getter ? pointee(call->getType()) : nullptr;
  if (!target || canOwnItself(*target)) return {};
  const clang::FieldDecl *registry = registryOf(*getter, unit);
  if (!registry || !isEmptiedAnytime(*registry, unit)) return {};
  return variable ? Referred{variable} : Referred{nullptr, owner};
}

} // namespace coroguard
