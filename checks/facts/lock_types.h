// Which objects hold a thread's lock while they live, and whether making one takes it.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Does what an expression makes hold a lock? Tries: only perhaps.
enum class Taking : uint8_t { No, Tries, Takes };

/// May an object of the type hold a thread's lock: a guard, by model, attribute or structure, a class with one in it, an
/// owner or container of such? Guards of locks that tasks wait for are not meant.
bool mayHoldLock(clang::QualType type, UnitContext &unit);

/// Is the lock held by whoever is given such an object: a guard, an owner of one, or a class with one in it that is never
/// made without?
bool isLockedWhenGiven(clang::QualType type, UnitContext &unit);

/// Of a new object of such a type, or a call that gives one back. What it is moved from is not looked at.
Taking takesLock(const clang::Expr *value, UnitContext &unit);

/// The same for the arguments that a guard is made from.
Taking takesLock(llvm::ArrayRef<const clang::Expr *> arguments);

/// The same for the object of this type, or the first that an owner of this type owns, that a function elsewhere makes
/// from the arguments.
Taking takesLock(clang::QualType type, llvm::ArrayRef<const clang::Expr *> arguments, UnitContext &unit);

/// What a member function does to the lock of its object: more names than lockChange() has, for a guard or a mutex that
/// is known to be one.
enum class LockMember : uint8_t { None, Locks, Tries, Unlocks, Asks };
LockMember lockMember(const clang::CXXMethodDecl &method);

/// Can it be locked by hand: members that lock and unlock and give nothing back?
bool isHandLockable(clang::QualType type);

} // namespace coroguard
