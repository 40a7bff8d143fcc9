// Locks as the standard's named requirements (BasicLockable, Lockable) describe them: by the shape of their members,
// whatever library they come from.
#pragma once
#include <llvm/ADT/ArrayRef.h>

namespace clang {
class CXXConstructExpr;
class CXXMethodDecl;
class CXXRecordDecl;
class Expr;
class FunctionDecl;
class QualType;
} // namespace clang

namespace coroguard {

/// What a member does to the lock of its object when it returns. A try_lock may have done nothing: None.
enum class LockChange : unsigned char { None, Locks, Unlocks };

/// For lock(), unlock() and the shared ones that give nothing back (an asynchronous lock() gives an awaitable), and
/// release() of a guard.
LockChange lockChange(const clang::CXXMethodDecl &method);

/// What Clang's attributes for thread safety (acquire_capability and the like) say that a function does.
struct LockAnnotation {
  enum class Does : unsigned char { Nothing, Locks, Tries, Unlocks } does = Does::Nothing;
  llvm::ArrayRef<clang::Expr *> locks; // in terms of its parameters; empty: the object it is called on
};
LockAnnotation lockAnnotation(const clang::FunctionDecl &function);

/// Is the class marked as a mutex by such an attribute? A "role" is something else.
bool isCapability(const clang::CXXRecordDecl &record);

/// Has the type (or what it points to) a lock() and an unlock() that give nothing back?
bool isLockable(clang::QualType type);

/// Is the class marked as a guard for Clang's thread safety analysis, and not as one that unlocks while it lives?
bool isScopedLockable(const clang::CXXRecordDecl &record);

/// Does constructing a guard with these arguments surely leave it locked? Not without arguments, with a deferring or
/// trying tag, or with a time-out.
bool constructsLocked(const clang::CXXConstructExpr &guard);

/// Is it std::atomic, std::atomic_flag, std::atomic_ref or _Atomic?
bool isAtomic(clang::QualType type);

} // namespace coroguard
