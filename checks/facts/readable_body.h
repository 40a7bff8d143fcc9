// Bodies that extractors may rely on: whether the bodies of foreign headers are parsed must not change a finding.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Bodies that Sema::canSkipFunctionBody refuses to skip, because other code needs them.
inline bool isAlwaysParsed(const clang::FunctionDecl &function) {
  return function.isConstexpr() || function.getReturnType()->getContainedDeducedType();
}

/// The body of a function of the project, or of one that is always parsed; null for every other.
inline const clang::Stmt *readableBody(const clang::FunctionDecl *function, UnitContext &unit) {
  const clang::FunctionDecl *definition = nullptr;
  if (!function || !function->hasBody(definition) || definition->hasSkippedBody()) return nullptr;
  return isAlwaysParsed(*definition) || unit.inProject(definition->getLocation()) ? definition->getBody() : nullptr;
}

} // namespace coroguard
