// Where the repairs of lifetimes and locks can be written.
#pragma once
#include "facts/unit_context.h"
#include <clang/AST/ExprCXX.h>

namespace coroguard {

/// Braces from the guard's declaration to the last statement before the one with the suspension, when there is
/// something in between that they protect and nothing behind them needs what is declared inside.
BraceSpot bracesAround(const clang::VarDecl &guard, const clang::Expr &suspension, const clang::FunctionDecl &function,
                       UnitContext &unit);

/// In front of the parameters of a lambda that could take its object by value, in C++23.
OwnClosureSpot ownClosure(const clang::LambdaExpr &closure, UnitContext &unit);

} // namespace coroguard
