// Loops that do nothing but look, until something else has changed what they look at.
#pragma once
#include "facts/loop_view.h"
#include "facts/unit_context.h"

namespace coroguard {

struct BusyWait {
  std::string subject;    // what it looks at, as written
  bool takesLock = false; // by trying to take it
};

/// What the loop waits for, if it is such a loop. `matters` says which calls do more than they seem to (they block, they
/// resume something); a loop with one of these is none.
std::optional<BusyWait> busyWait(const LoopView &loop, const clang::FunctionDecl &function, UnitContext &unit,
                                 llvm::function_ref<bool(const clang::Expr &)> matters);

} // namespace coroguard
