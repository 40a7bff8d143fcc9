// Where the object lives that an expression designates.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// The root of an expression inside `function`. Follows members, dereferences, casts, references and pointers with a
/// single initialiser, and captures; anything else is Unknown. A closure's own copy of an object is a Variable owned
/// by the closure, unless it is dereferenced: what a copied pointer points to stays where it was.
Root objectRoot(const clang::Expr *expression, const clang::FunctionDecl &function, UnitContext &unit);

} // namespace coroguard
