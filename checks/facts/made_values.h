// Which expressions of an initialiser or argument make values to await.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// What is put where, when an expression initialises something.
struct MadeValues {
  llvm::SmallVector<const clang::Expr *, 2> made;                 // calls whose value goes in
  llvm::SmallVector<const clang::DeclRefExpr *, 2> movedFrom;     // variables whose value goes in
};

/// Of an expression whose value is the awaitable value itself.
MadeValues valuesIn(const clang::Expr &expression, UnitContext &unit);

/// Of an expression that makes an owner (a container, an optional, a pair): the values that it is made from.
MadeValues valuesOwnedBy(const clang::Expr &expression, UnitContext &unit);

} // namespace coroguard
