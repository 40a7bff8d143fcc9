// Callables that give something to await, handed to what calls them and drops the result.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Misuse::Form::ResultDiscarded for the body of a function, of a constructor also for its initialisers.
void findDiscardedResults(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);
/// The same for an initialiser outside any function.
void findDiscardedResults(const clang::Expr &initializer, Function &facts, UnitContext &unit);

} // namespace coroguard
