// Bodies that extractors may rely on: whether the bodies of foreign headers are parsed must not change a finding.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// The body of a function of the project, or of a constexpr one, which is always parsed; null for every other.
inline const clang::Stmt *readableBody(const clang::FunctionDecl *function, UnitContext &unit) {
  const clang::FunctionDecl *definition = nullptr;
  if (!function || !function->hasBody(definition) || definition->hasSkippedBody()) return nullptr;
  return definition->isConstexpr() || unit.inProject(definition->getLocation()) ? definition->getBody() : nullptr;
}

/// Is it declared in std, or a member of a class that is?
inline bool isStdFunction(const clang::FunctionDecl &function) {
  const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  return method ? method->getParent()->isInStdNamespace() : function.isInStdNamespace();
}

} // namespace coroguard
