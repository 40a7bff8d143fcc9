// Values to await that are tested, nested, dropped by a callback, or outlive what they refer to.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::misuses, and Function::keeps.
void findMisuses(FunctionFlow &flow, Function &facts);

/// Adds the misuses in an initialiser outside any function.
void findMisuses(const clang::Expr &initializer, Function &facts, UnitContext &unit);

/// Adds the misuse of an await whose value is dropped and is another task.
void nestedAwait(const clang::CoawaitExpr &await, const AwaitSpot &spot, Function &facts, UnitContext &unit);

} // namespace coroguard
