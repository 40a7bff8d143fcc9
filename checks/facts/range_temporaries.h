// A range-for over a part of a temporary that is gone when the loop begins.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds the Function::danglings of the form RangeTemporary of a coroutine, but those of generators that were lent one.
void findRangeTemporaries(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
