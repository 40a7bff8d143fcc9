// Which locks are held where in a function: a must analysis, so that what is held is held on every path.
#pragma once
#include "facts/function_flow.h"
#include <llvm/ADT/SmallVector.h>

namespace coroguard {

/// A lock that is held. The holder is a guard variable, or a mutex (variable or field) that was locked by hand.
struct HeldLock {
  const clang::ValueDecl *holder = nullptr;
  const clang::ValueDecl *mutex = nullptr; // of a guard, when its constructor shows it
  GuardType::Of of = GuardType::Of::Thread;
  const clang::Stmt *at = nullptr; // where it was locked

  bool isGuard() const { return holder != mutex; }
  bool operator==(const HeldLock &) const = default;
};

/// In the order of locking.
struct HeldLocks {
  bool reached = false;
  llvm::SmallVector<HeldLock, 2> locks;

  const HeldLock *latest(GuardType::Of of) const {
    for (const HeldLock &lock : llvm::reverse(locks))
      if (lock.of == of) return &lock;
    return nullptr;
  }
  bool operator==(const HeldLocks &) const = default;
};

/// Does the function lock anything? Cheap, so that most functions need no flow for this.
bool mayLock(const clang::FunctionDecl &function, UnitContext &unit);

/// The locks held at the start of every node of the function's graph.
std::vector<HeldLocks> solveHeldLocks(const SuspensionCfg &cfg, UnitContext &unit);

/// Steps over one element.
void stepLocks(HeldLocks &state, const FlowElement &element, UnitContext &unit);

} // namespace coroguard
