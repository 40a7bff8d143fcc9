// The local variables of a coroutine that refer into objects that are not its own, and where each of them gets and uses
// its value.
#pragma once
#include "facts/referred_object.h"
#include <clang/AST/StmtCXX.h>

namespace coroguard {

struct TakenReference {
  const clang::ValueDecl *variable = nullptr; // a variable or a structured binding
  const clang::Decl *declared = nullptr;      // what its declaration statement lists
  const clang::CXXForRangeStmt *loop = nullptr; // it is the loop's iterator, or its variable
  bool isLoopIterator = false;
  llvm::SmallVector<ReferredObject, 1> objects; // one for every time it is taken from somebody else's object
  bool declaredOurs = false; // its declaration takes it from what belongs to the frame, or from nothing
  llvm::DenseMap<const clang::Stmt *, bool> taken; // assignments that take it anew; from somebody else's object?
  llvm::DenseSet<const clang::Stmt *> targets;   // its name in these assignments, and where it is only compared with null

  /// Does it get a value here, and from somebody else's object?
  std::optional<bool> isTakenAt(const clang::Stmt &statement) const;
  /// Is it named or captured by this very expression?
  bool isUsedAt(const clang::Stmt &statement) const;
};

/// In the order of the source; a loop's iterator before its variable.
std::vector<TakenReference> takenReferences(const clang::FunctionDecl &coroutine, UnitContext &unit);

} // namespace coroguard
