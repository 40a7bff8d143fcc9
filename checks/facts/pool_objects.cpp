#include "facts/pool_objects.h"

namespace coroguard {
namespace {

using clang::Expr;
using llvm::dyn_cast;

bool givesPool(const Expr *init, UnitContext &unit) {
  if (!init) return false;
  const Expr *plain = init->IgnoreUnlessSpelledInSource();
  if (const auto *list = dyn_cast<clang::InitListExpr>(plain))
    return llvm::any_of(list->inits(), [&](const Expr *each) { return givesPool(each, unit); });
  if (const auto *construct = dyn_cast<clang::CXXConstructExpr>(plain))
    return llvm::any_of(construct->arguments(), [&](const Expr *each) { return givesPool(each, unit); });
  return !plain->isTypeDependent() && unit.lookup.executor(plain->getType()) == RunsOn::Offload;
}

/// A constructor that is defined in this unit decides, else what the class says at the field.
bool isFieldMadeForPool(const clang::FieldDecl &field, UnitContext &unit) {
  if (givesPool(field.getInClassInitializer(), unit)) return true;
  const auto *record = dyn_cast<clang::CXXRecordDecl>(field.getParent());
  if (!record || record->isLambda()) return false;
  for (const clang::CXXConstructorDecl *declared : record->ctors()) {
    const clang::FunctionDecl *definition = nullptr;
    if (!declared->hasBody(definition)) continue;
    for (const clang::CXXCtorInitializer *init : llvm::cast<clang::CXXConstructorDecl>(definition)->inits())
      if (init->getMember() && init->getMember()->getCanonicalDecl() == field.getCanonicalDecl() && givesPool(init->getInit(), unit))
        return true;
  }
  return false;
}

} // namespace

bool isMadeForPool(const Expr &object, UnitContext &unit) {
  const Expr *plain = unwrap(&object);
  if (const auto *member = dyn_cast<clang::MemberExpr>(plain)) {
    const auto *field = dyn_cast<clang::FieldDecl>(member->getMemberDecl());
    return field && isFieldMadeForPool(*field, unit);
  }
  const auto *name = dyn_cast<clang::DeclRefExpr>(plain);
  const auto *variable = name ? dyn_cast<clang::VarDecl>(name->getDecl()) : nullptr;
  return variable && givesPool(variable->getInit(), unit);
}

} // namespace coroguard
