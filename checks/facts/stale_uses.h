// References, iterators and checks that a suspension can make out of date: what a coroutine takes from an object that
// other code changes, and uses behind a suspension.
#pragma once
#include "facts/object_changes.h"

namespace coroguard {

/// A function of the unit and where its facts lie.
struct FunctionFacts {
  const clang::FunctionDecl *function = nullptr;
  size_t index = 0; // in Facts::functions
};

/// Adds the crossings of all functions with facts. `functions` are all that may change something.
void findStaleUses(llvm::ArrayRef<FunctionFacts> users, llvm::ArrayRef<const clang::FunctionDecl *> functions,
                   UnitContext &unit);

} // namespace coroguard
