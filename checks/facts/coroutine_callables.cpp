#include "facts/coroutine_callables.h"
#include "language/std_functions.h"

namespace coroguard {

using clang::Expr;
using clang::FunctionDecl;
using llvm::dyn_cast;
using llvm::isa;

bool CoroutineCallables::makesFunctor(const Expr &made) {
  const auto *construct = dyn_cast<clang::CXXConstructExpr>(&made);
  if (construct) return !construct->getConstructor()->isCopyOrMoveConstructor();
  if (isa<clang::InitListExpr, clang::CXXParenListInitExpr>(made)) return true;
  return isa<clang::CallExpr>(made) && made.getType()->isRecordType();
}

const CoroutineCallable *CoroutineCallables::of(clang::QualType type) {
  const clang::CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition()) return nullptr;
  if (!record->isLambda() && !unit.inProject(record->getLocation())) return nullptr;
  auto [entry, isNew] = known.try_emplace(record->getCanonicalDecl());
  CoroutineCallable &found = entry->second;
  auto look = [&](const FunctionDecl *method) {
    const FunctionDecl *definition = nullptr;
    if (found.callOperator || !method->getBody(definition)) return;
    if (auto use = laterClosureUse(*definition, unit)) found = {definition, *use, definition->getReturnType()};
  };
  auto name = unit.ast.DeclarationNames.getCXXOperatorName(clang::OO_Call);
  for (const clang::NamedDecl *member : isNew ? record->lookup(name) : clang::DeclContext::lookup_result()) {
    if (const auto *generic = dyn_cast<clang::FunctionTemplateDecl>(member)) {
      for (const FunctionDecl *made : generic->specializations()) look(made);
      bool isUnused = generic->spec_begin() == generic->spec_end();
      if (isUnused && !record->isDependentContext()) look(generic->getTemplatedDecl());
    }
    else if (const auto *method = dyn_cast<FunctionDecl>(member))
      look(method);
  }
  return found.callOperator ? &found : nullptr;
}

const CoroutineCallable *CoroutineCallables::of(const clang::VarDecl &variable) {
  if (!variable.hasLocalStorage() || !variable.getInit() || variable.getType()->isDependentType()) return nullptr;
  if (!variable.getType().getNonReferenceType()->isRecordType()) return nullptr;
  if (const CoroutineCallable *own = of(variable.getType())) return own;
  if (!erasedSignature(variable.getType())) return nullptr;
  const Expr *init = variable.getInit();
  for (int steps = 0; steps < 8; ++steps) {
    init = unwrap(init);
    const auto *made = dyn_cast<clang::CXXConstructExpr>(init);
    if (!made || made->getNumArgs() != 1) break;
    init = made->getArg(0);
  }
  return isa<clang::LambdaExpr>(init) || makesFunctor(*init) ? of(init->getType()) : nullptr;
}

} // namespace coroguard
