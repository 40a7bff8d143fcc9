// Handlers that take a cancellation for any other exception, and time limits around what never suspends.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds CancellationGaps of the form Swallowed, in a coroutine whose library cancels with an exception.
void findSwallowedCancellation(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

/// Adds a CancellationGap of the form NoSuspensionInside when the call limits the time of such a coroutine or callable.
void findIdleTimeLimit(const clang::Expr &call, const clang::FunctionDecl &callee, llvm::ArrayRef<const clang::Expr *> arguments,
                       Function &facts, UnitContext &unit);

} // namespace coroguard
