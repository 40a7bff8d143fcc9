#include "facts/own_hops.h"
#include "facts/inner_statements.h"
#include "language/callee.h"
#include "language/coroutine.h"
#include "language/hop_name.h"

namespace coroguard {
namespace {

using clang::CXXRecordDecl;
using clang::Expr;
using clang::FunctionDecl;
using llvm::dyn_cast;

/// Is a handle resumed in the callable: in the body of a lambda? The handle itself is one, too.
bool resumes(const Expr *callable) {
  callable = callable->IgnoreUnlessSpelledInSource();
  if (isCoroutineHandle(callable->getType())) return true;
  const auto *lambda = dyn_cast<clang::LambdaExpr>(callable);
  if (!lambda || !lambda->getBody()) return false;
  return findInner<clang::CallExpr>(lambda->getBody(), [](const clang::CallExpr &call) {
    const FunctionDecl *callee = call.getDirectCallee();
    return callee && resumesHandle(*callee);
  });
}

template <class Call> bool handsResumption(const Call &call, UnitContext &unit) {
  const SinkCall *sink = unit.lookup.sink(resolveCallee(call));
  return sink && sink->runs == RunsOn::Offload && llvm::any_of(call.arguments(), resumes);
}

bool resumesOnThread(const FunctionDecl &suspend, UnitContext &unit) {
  return findInner<Expr>(suspend.getBody(), [&](const Expr &inner) {
    if (const auto *call = dyn_cast<clang::CallExpr>(&inner)) return handsResumption(*call, unit);
    const auto *construction = dyn_cast<clang::CXXConstructExpr>(&inner);
    return construction && handsResumption(*construction, unit);
  });
}

bool isThread(clang::QualType type) {
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  return record && record->isInStdNamespace() && record->getIdentifier() &&
         (record->getName() == "thread" || record->getName() == "jthread");
}

} // namespace

bool keepsThreads(const CXXRecordDecl &record) {
  if (!record.hasDefinition()) return false;
  return llvm::any_of(record.fields(), [](const clang::FieldDecl *field) {
    if (const auto *array = field->getType()->getAsArrayTypeUnsafe()) return isThread(array->getElementType());
    const auto *list = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(field->getType()->getAsCXXRecordDecl());
    if (!list || !list->isInStdNamespace() || list->getTemplateArgs().size() == 0) return false;
    const clang::TemplateArgument &element = list->getTemplateArgs()[0];
    return element.getKind() == clang::TemplateArgument::Type && isThread(element.getAsType());
  });
}

namespace {

/// The pool that the awaiter refers to, or null.
const CXXRecordDecl *poolOf(const CXXRecordDecl &awaiter) {
  for (const clang::FieldDecl *field : awaiter.fields()) {
    clang::QualType type = field->getType().getNonReferenceType();
    if (type->isPointerType()) type = type->getPointeeType();
    const CXXRecordDecl *record = type->getAsCXXRecordDecl();
    if (record && keepsThreads(*record)) return record;
  }
  return nullptr;
}

bool goesToPool(const CXXRecordDecl &awaiter, const Expr *awaited) {
  const CXXRecordDecl *pool = poolOf(awaiter);
  if (!pool) return false;
  const auto *call = dyn_cast<clang::CallExpr>(awaited->IgnoreUnlessSpelledInSource());
  const FunctionDecl *maker = call ? call->getDirectCallee() : nullptr;
  return saysHop(pool->getName()) || saysHop(awaiter.getName()) || (maker && maker->getIdentifier() && saysHop(maker->getName()));
}

} // namespace

bool leadsToOwnThread(const clang::Stmt &suspension, UnitContext &unit) {
  const auto *await = dyn_cast<clang::CoawaitExpr>(&suspension);
  const CXXRecordDecl *awaiter = await && await->getCommonExpr() ? await->getCommonExpr()->getType()->getAsCXXRecordDecl() : nullptr;
  if (!awaiter || !awaiter->hasDefinition()) return false;
  const FunctionDecl *suspend = nullptr;
  for (const clang::CXXMethodDecl *method : awaiter->methods())
    if (method->getIdentifier() && method->getName() == "await_suspend" && method->hasBody(suspend)) break;
  return suspend && (resumesOnThread(*suspend, unit) || goesToPool(*awaiter, await->getOperand()));
}

} // namespace coroguard
