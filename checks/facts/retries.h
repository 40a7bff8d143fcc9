// Exception handlers that lead back to the top of their loop with no suspension on the way.
#pragma once
#include "facts/loop_view.h"
#include "facts/unit_context.h"

namespace coroguard {

struct Retry {
  const clang::Stmt *handler = nullptr; // its first statement, or itself
  const clang::Expr *tried = nullptr;   // the first await of the try block
};

/// The handlers of try blocks in the loop's body (not in loops inside it) that catch everything and do no more than
/// report. `matters` says which calls may sleep, so that the next try comes later.
std::vector<Retry> retriesAtOnce(const LoopView &loop, UnitContext &unit,
                                 llvm::function_ref<bool(const clang::Expr &)> matters);

} // namespace coroguard
