// Locks as the standard's named requirements (BasicLockable, Lockable) describe them: by the shape of their members,
// whatever library they come from.
#pragma once

namespace clang {
class CXXConstructExpr;
class CXXMethodDecl;
class CXXRecordDecl;
class Expr;
class QualType;
} // namespace clang

namespace coroguard {

/// What a member does to the lock of its object when it returns. A try_lock may have done nothing: None.
enum class LockChange : unsigned char { None, Locks, Unlocks };

/// For lock(), unlock() and the shared ones that give nothing back (an asynchronous lock() gives an awaitable), and
/// release() of a guard.
LockChange lockChange(const clang::CXXMethodDecl &method);

/// Has the type (or what it points to) a lock() and an unlock() that give nothing back?
bool isLockable(clang::QualType type);

/// Is the class marked as a guard for Clang's thread safety analysis?
bool isScopedLockable(const clang::CXXRecordDecl &record);

/// Does constructing a guard with these arguments surely leave it locked? Not without arguments, with a deferring or
/// trying tag, or with a time-out.
bool constructsLocked(const clang::CXXConstructExpr &guard);

/// Is it std::atomic, std::atomic_flag, std::atomic_ref or _Atomic?
bool isAtomic(clang::QualType type);

} // namespace coroguard
