// The asynchronous locks that a coroutine takes: whoever takes the same ones waits until it has done.
#pragma once
#include "facts/object_changes.h"

namespace coroguard {

/// Members and global variables from which the coroutine gets something that it holds until the end of a scope, that it
/// locks and unlocks, or that the function around a lambda locks for it; and those that all its callers hold.
llvm::SmallVector<const clang::ValueDecl *, 2> locksHeldBy(const clang::FunctionDecl &coroutine,
                                                           const ObjectChanges &changes);

/// Does the function use one of these locks, or do all functions that call it?
bool takesOneOf(llvm::ArrayRef<const clang::ValueDecl *> locks, const clang::FunctionDecl &function,
                const ObjectChanges &changes);

} // namespace coroguard
