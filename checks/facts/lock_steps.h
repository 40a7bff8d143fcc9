// Which locks of the thread a path through a function may hold: by guards, by owners and temporaries of them, by hand.
#pragma once
#include "facts/feasible_path.h"
#include "facts/lock_effects.h"
#include "facts/lock_types.h"
#include <clang/AST/ExprCXX.h>

namespace coroguard {

/// A lock that is held. The holder is a variable or field, or the CXXBindTemporaryExpr of a temporary.
struct PathLock {
  const void *holder = nullptr;
  const clang::ValueDecl *named = nullptr; // the holder, when it has a name
  const clang::ValueDecl *mutex = nullptr; // of a guard, when its constructor shows it; of a lock by hand, the holder
  const clang::Stmt *at = nullptr;         // where it was locked; null: the function was given it

  auto operator<=>(const PathLock &) const = default;
};

using PathLocks = std::vector<PathLock>;

class LockSteps {
public:
  LockSteps(const SuspensionCfg &cfg, UnitContext &unit);

  /// Steps over one element. Where a lock may have been taken or not (try_lock), `locks` goes on with it and `others` gets
  /// the state without it.
  void step(PathLocks &locks, const FlowElement &element, std::vector<PathLocks> *others) const;

  /// Can a path with these locks go along this edge, or does the edge's condition say that a guard holds nothing?
  bool mayFollow(const PathLocks &locks, const FlowNode &node, size_t edge) const;

  /// What becomes of a lock that is held where the coroutine suspends.
  WhileSuspended whileSuspended(const PathLock &lock, const clang::CoroutineSuspendExpr &suspension) const;

  /// Is it not in a variable, temporary or field yet, but the value of a conditional operator?
  static bool isChosen(const PathLock &lock) { return !lock.named && lock.at && llvm::isa<clang::ConditionalOperator>(static_cast<const clang::Stmt *>(lock.holder)); }

private:
  const PathLock *find(const PathLocks &locks, const void *holder) const;
  void release(PathLocks &locks, const void *holder) const;
  void take(PathLocks &locks, PathLock lock, Taking taking, std::vector<PathLocks> *others) const;
  void begin(PathLocks &locks, const void *holder, const clang::ValueDecl *named, const clang::Expr *value,
             const clang::Stmt &at, std::vector<PathLocks> *others) const;
  void declare(PathLocks &locks, const clang::DeclStmt &statement, std::vector<PathLocks> *others) const;
  void call(PathLocks &locks, const clang::CallExpr &call, std::vector<PathLocks> *others) const;
  bool memberCall(PathLocks &locks, const clang::CXXMemberCallExpr &call, std::vector<PathLocks> *others) const;
  void freeLock(PathLocks &locks, const LockCall &model, const clang::CallExpr &call) const;
  void giveAway(PathLocks &locks, const clang::Expr *argument, clang::QualType parameter) const;
  void giveArguments(PathLocks &locks, const clang::FunctionDecl *callee, llvm::ArrayRef<const clang::Expr *> arguments) const;
  void followInto(PathLocks &locks, const clang::CallExpr &call) const;
  bool annotated(PathLocks &locks, const clang::FunctionDecl &function, llvm::ArrayRef<const clang::Expr *> arguments, const clang::Expr &at) const;
  void capture(PathLocks &locks, const clang::LambdaExpr &closure) const;
  const void *movedFrom(const PathLocks &locks, const clang::Expr *value) const;

  void exchange(PathLocks &locks, const clang::ValueDecl *first, const clang::ValueDecl *second) const;
  void unlockInside(PathLocks &locks, const clang::CXXConstructExpr &construct) const;
  const clang::Expr *answerIn(const clang::Expr *condition) const;

  UnitContext &unit;
  llvm::DenseSet<const clang::Stmt *> temporaries;                         // whose destructors are in the graph
  llvm::DenseMap<const clang::ValueDecl *, const clang::Expr *> assigned; // what variables are set to; null: several
  llvm::DenseMap<const clang::Stmt *, const clang::Expr *> arms; // of `b ? guard(m) : guard()`
};

} // namespace coroguard
