// Checks of members and global variables in a coroutine, and where it relies on them: whether a pointer is null, a
// container empty, the object of a weak pointer gone.
#pragma once
#include "facts/referred_object.h"

namespace coroguard {

enum class CheckEvent : unsigned char { Check, Rely, Set };

/// What a check gives: true or not null when there is something, or when there is nothing; or how much there is.
enum class CheckAnswer : unsigned char { Present, Absent, Count };

/// What a coroutine does with one object that it checks somewhere.
struct CheckedState {
  const clang::ValueDecl *decl = nullptr;
  bool isWeak = false; // ends whenever others let go
  llvm::DenseMap<const clang::Stmt *, CheckEvent> events;
  llvm::DenseMap<const clang::Stmt *, CheckAnswer> answers; // of the checks

  /// What it says about the object that this condition holds, or does not: that something is there, that nothing is, or
  /// neither. Local variables that keep a check's answer are looked through.
  std::optional<bool> presentWhen(const clang::Expr &condition, bool holds) const;
};

/// Only those that are checked and relied upon.
std::vector<CheckedState> checkedStates(const clang::FunctionDecl &coroutine, UnitContext &unit);

} // namespace coroguard
