// What functions do to locks, as their bodies show, and the guards that a program writes itself: classes that lock in their
// constructor what they unlock in their destructor.
#pragma once
#include "facts/unit_context.h"
#include <llvm/ADT/STLFunctionalExtras.h>

namespace clang {
class CoroutineSuspendExpr;
} // namespace clang

namespace coroguard {

/// What a member function, as its body shows, does to the locks that its object refers to or that it is given, itself or
/// in the functions that it calls with them. Locks of its own local variables are not meant.
struct LockEffect {
  bool locks = false, tries = false, unlocks = false;
  bool passesOn = false; // to functions that cannot be read

  bool leavesLocked() const { return locks && !unlocks; }
  bool leavesUnlocked() const { return unlocks && !locks; }
};
LockEffect lockEffect(const clang::FunctionDecl &function, UnitContext &unit);

/// Does the body unlock this very field or variable, with no lock of it in there, itself or by functions that it gives it to?
bool unlocksInside(const clang::Stmt *body, const clang::ValueDecl &mutex, UnitContext &unit);

/// Is a lock that is held where a coroutine suspends held while it is suspended? Not when the awaiter, or the coroutine
/// that is awaited, unlocks it first, or was lent it and cannot be read. Interrupted: it is locked again before the
/// coroutine goes on.
enum class WhileSuspended : uint8_t { Locked, Interrupted, Unlocked };

/// `mutex` may be null. `isLock`: does the expression name the lock or its guard?
WhileSuspended whileSuspended(const clang::CoroutineSuspendExpr &suspension, const clang::ValueDecl *mutex,
                              llvm::function_ref<bool(const clang::Expr *)> isLock, UnitContext &unit);

/// May the body do something with this guard that ends its lock: unlock it, move it, or pass it on to others?
bool mayGiveUp(const clang::Stmt *body, const clang::ValueDecl &guard);

/// Is it the wait() of a condition variable, which locks again before it returns?
bool waitsLocked(const clang::FunctionDecl &function);

/// When the members are defined elsewhere, a class counts that says by its name and by what it is made from that it is one.
bool isOwnGuard(const clang::CXXRecordDecl &record, clang::QualType type, UnitContext &unit);

} // namespace coroguard
