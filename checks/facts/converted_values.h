// Values to await that are converted to what awaiting them would give, and lost on the way.
#pragma once
#include "facts/unit_context.h"

namespace clang {
class CXXConstructExpr;
} // namespace clang

namespace coroguard {

/// Adds a drop of the form Converted, when the construction is one.
void findConvertedValue(const clang::CXXConstructExpr &construct, Function &facts, UnitContext &unit);

} // namespace coroguard
