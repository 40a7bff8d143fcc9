// The asynchronous locks that a coroutine takes: whoever takes the same ones waits until it has done.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Members and global variables from which the coroutine gets something that it holds until the end of a scope, that it
/// locks and unlocks, or that the function around a lambda locks for it.
llvm::SmallVector<const clang::ValueDecl *, 2> locksHeldBy(const clang::FunctionDecl &coroutine);

} // namespace coroguard
