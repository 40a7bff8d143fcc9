// Checks of members and global variables in a coroutine, and where it relies on them: whether a pointer is null, a
// container empty, the object of a weak pointer gone.
#pragma once
#include "facts/referred_object.h"

namespace coroguard {

enum class CheckEvent : unsigned char { Check, Rely, Set };

/// What a coroutine does with one object that it checks somewhere.
struct CheckedState {
  const clang::ValueDecl *decl = nullptr;
  bool isWeak = false; // ends whenever others let go
  llvm::DenseMap<const clang::Stmt *, CheckEvent> events;
};

/// Only those that are checked and relied upon.
std::vector<CheckedState> checkedStates(const clang::FunctionDecl &coroutine, UnitContext &unit);

} // namespace coroguard
