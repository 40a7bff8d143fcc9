// Guards that a program writes itself: classes that lock in their constructor what they unlock in their destructor.
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

/// When the members are defined elsewhere, a class counts that says by its name and by what it is made from that it is one.
bool isOwnGuard(const clang::CXXRecordDecl &record, clang::QualType type, UnitContext &unit);

} // namespace coroguard
