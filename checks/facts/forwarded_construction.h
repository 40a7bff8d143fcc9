// Constructors that standard functions call with the arguments they were given: make_unique, emplace_back, construct_at.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

struct ForwardedConstruction {
  const clang::CXXConstructorDecl *constructor = nullptr; // null when several would do
  const SinkCall *sink = nullptr;                         // the class starts what it is given (a thread)
  const clang::CXXRecordDecl *type = nullptr;
  llvm::ArrayRef<const clang::Expr *> arguments;
};

/// Nothing when the callee does not construct an object from its arguments.
std::optional<ForwardedConstruction> forwardedConstruction(const clang::FunctionDecl &callee,
                                                           llvm::ArrayRef<const clang::Expr *> arguments, UnitContext &unit);

} // namespace coroguard
