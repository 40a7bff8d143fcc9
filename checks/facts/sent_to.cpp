#include "facts/sent_to.h"
#include "language/callee.h"
#include <clang/AST/DeclTemplate.h>

namespace coroguard {
namespace {

using clang::Expr;
using llvm::dyn_cast;

const clang::VarDecl *variableOf(const Expr &expression) {
  const auto *name = dyn_cast<clang::DeclRefExpr>(unwrap(&expression));
  return name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
}

/// A number that is counted, or given by the caller: not one that leads back to an object's own thread.
bool isArbitrary(const Expr &expression, unsigned depth = 0) {
  const clang::VarDecl *variable = variableOf(expression);
  if (!variable || variable->hasGlobalStorage() || depth > 4) return false;
  if (llvm::isa<clang::ParmVarDecl>(variable)) return true;
  if (!variable->getType().isConstQualified() && !variable->isInitCapture()) return true; // a loop's counter
  return variable->getInit() && isArbitrary(*variable->getInit(), depth + 1);
}

/// One object per loop, by its type: sharded<T>.
bool isContainer(const clang::CXXRecordDecl &record) { return llvm::isa<clang::ClassTemplateSpecializationDecl>(record); }

} // namespace

bool isGiven(const Expr *argument, llvm::StringRef name) {
  for (unsigned depth = 0; depth < 4; ++depth) {
    argument = unwrap(argument);
    if (llvm::isa<clang::CXXNullPtrLiteralExpr, clang::GNUNullExpr>(argument)) return name == "nullptr";
    if (const auto *call = dyn_cast<clang::CallExpr>(argument)) {
      const clang::FunctionDecl *callee = call->getDirectCallee();
      return callee && qualifiedName(*callee) == name;
    }
    const auto *reference = dyn_cast<clang::DeclRefExpr>(argument);
    if (!reference) return false;
    if (qualifiedName(*reference->getDecl()) == name) return true;
    const auto *variable = dyn_cast<clang::VarDecl>(reference->getDecl());
    if (!variable || !variable->getInit()) return false;
    argument = variable->getInit();
  }
  return false;
}

SentTo::SentTo(const SinkCall &sink, const Expr &call, llvm::ArrayRef<const Expr *> arguments) : hereName(sink.unlessGiven) {
  const Expr *number = nullptr; // of the thread or shard, by its type: the other arguments are callables and values
  for (const Expr *argument : arguments)
    if (!number && argument->getType().getNonReferenceType()->isIntegralOrEnumerationType()) number = argument;
  if (!number) { // to all of them, or to the one that the object stands for
    const auto *member = dyn_cast<clang::CXXMemberCallExpr>(&call);
    perhapsHome = member && member->getRecordDecl() && !isContainer(*member->getRecordDecl());
    return;
  }
  here = !hereName.empty() && isGiven(number, hereName);
  perhapsHome = !isArbitrary(*number);
  chosenBy = variableOf(*number);
}

bool SentTo::isTarget(const Expr &index) const {
  if (!hereName.empty() && isGiven(&index, hereName)) return true;
  return chosenBy && variableOf(index) == chosenBy;
}

bool sendsElsewhere(const clang::CXXRecordDecl &record, UnitContext &unit) {
  const clang::CXXRecordDecl *definition = record.getDefinition();
  if (!definition) return false;
  for (const clang::Decl *member : definition->decls()) {
    const auto *generic = dyn_cast<clang::FunctionTemplateDecl>(member);
    const auto *method = dyn_cast<clang::CXXMethodDecl>(generic ? generic->getTemplatedDecl() : member);
    const SinkCall *sink = method ? unit.lookup.sink(*method) : nullptr;
    if (sink && sink->runs == RunsOn::OtherLoop && !method->isStatic()) return true;
  }
  return false;
}

} // namespace coroguard
