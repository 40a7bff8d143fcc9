// Calls behind which another thread may resume the coroutine whose await_suspend makes them.
#pragma once
#include "facts/handle_scope.h"
#include "facts/held_locks.h"

namespace coroguard {

struct Publication {
  enum class When : uint8_t {
    Never,    // or nobody knows
    AtOnce,   // when the call has returned
    AtUnlock, // when the lock that protects where the handle was put is given up
    Stored,   // where this thread alone finds it: once it resumes something else, perhaps
  };
  When when = When::Never;
  StringId through;                       // what was called, or where it was put; for people
  const clang::ValueDecl *lock = nullptr; // AtUnlock: its holder
};

/// `held`: the locks at the call. `depth`: how many calls deep bodies are still read.
Publication publication(const clang::Stmt &step, const HandleScope &scope, const HeldLocks &held, UnitContext &unit,
                        unsigned depth = 2);

/// Calls of functions whose bodies can be read and that are given a way to the coroutine (or are members of the awaiter):
/// the body with what is known there. Nothing for others.
std::optional<HandleScope> calledScope(const clang::Stmt &step, const HandleScope &scope, UnitContext &unit);

} // namespace coroguard
