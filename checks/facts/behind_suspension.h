// What of a function runs when it has been suspended.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Visits every expression and declaration that some path reaches behind a suspension that may suspend, and with a
/// lambda expression what its closure captures. In no particular order.
void forEachBehindSuspension(const clang::FunctionDecl &function, UnitContext &unit,
                             llvm::function_ref<void(const clang::Stmt &)> visit);

} // namespace coroguard
