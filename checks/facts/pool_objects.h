// Loop-bound objects that were made for a pool: their thread is any thread of the pool.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Is the object a variable or field that is initialised with a pool, or an executor of one?
bool isMadeForPool(const clang::Expr &object, UnitContext &unit);

} // namespace coroguard
