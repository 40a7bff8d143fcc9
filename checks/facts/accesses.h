// Which variables and members some code mentions, and which of them it may change. In doubt it may.
#pragma once
#include "facts/unit_context.h"
#include <llvm/ADT/DenseSet.h>

namespace coroguard {

struct Accesses {
  llvm::DenseSet<const clang::ValueDecl *> mentioned;
  llvm::DenseSet<const clang::ValueDecl *> changed;
  bool changesThis = false; // by calling a member that is not const: any member of `this` may change

  bool mentionsMember() const;
  /// Does this code change what the other mentions?
  bool disturbs(const Accesses &other) const;
};

/// Adds what the statement does, closures' bodies left out. `skip`, when given, is a part to be left out.
void addAccesses(const clang::Stmt *statement, Accesses &accesses, const clang::Stmt *skip = nullptr);

} // namespace coroguard
