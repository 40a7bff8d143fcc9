// Sockets and descriptors that the code around a call has made non-blocking.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Is this object switched to non-blocking, a variable in its function, a member in its class?
bool isNonBlockingDescriptor(const clang::Expr *object, UnitContext &unit);

/// Does an argument name this macro or enumerator? Flags are mostly macros, of which the AST keeps nothing.
bool namesInArguments(llvm::StringRef word, llvm::ArrayRef<const clang::Expr *> arguments, const clang::ASTContext &ast);

} // namespace coroguard
