// What functions do to locks, as their bodies show, and the guards that a program writes itself: classes that lock in their
// constructor what they unlock in their destructor.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// What a member function, as its body shows, does to the locks that its object refers to or that it is given, itself or
/// in the functions that it calls with them. Locks of its own local variables are not meant.
struct LockEffect {
  bool locks = false, tries = false, unlocks = false;

  bool leavesLocked() const { return locks && !unlocks; }
  bool leavesUnlocked() const { return unlocks && !locks; }
};
LockEffect lockEffect(const clang::FunctionDecl &function, UnitContext &unit);

/// Does the body unlock this very field or variable, with no lock of it in there, itself or by functions that it gives it to?
bool unlocksInside(const clang::Stmt *body, const clang::ValueDecl &mutex, UnitContext &unit);

/// May the body do something with this guard that ends its lock: unlock it, move it, or pass it on to others?
bool mayGiveUp(const clang::Stmt *body, const clang::ValueDecl &guard);

/// Is it the wait() of a condition variable, which locks again before it returns?
bool waitsLocked(const clang::FunctionDecl &function);

/// When the members are defined elsewhere, a class counts that says by its name and by what it is made from that it is one.
bool isOwnGuard(const clang::CXXRecordDecl &record, clang::QualType type, UnitContext &unit);

} // namespace coroguard
