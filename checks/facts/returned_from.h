// Tasks returned out of a scope that was meant to surround them: a lock's, a try block's.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Of a compound statement: a guard, and directly behind it the return of a call to which the guard means nothing else.
void findReturnsUnderGuard(const clang::Stmt &stmt, Function &facts, UnitContext &unit);

/// Of a try statement: returned calls that are all that could fail in it.
void findReturnsInTry(const clang::Stmt &stmt, Function &facts, UnitContext &unit);

} // namespace coroguard
