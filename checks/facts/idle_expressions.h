// Expressions that change nothing, and whether they look at something that others may change.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// What evaluating an expression does, as far as a loop around it is concerned.
struct Idleness {
  bool isIdle = true;      // nothing that its surroundings could see
  bool asks = false;       // the answer may be another one next time, whatever the function itself does
  bool takesLock = false;  // ... because it tries to take a lock
  bool rests = false;      // it says that it is waiting
  const clang::Expr *asked = nullptr; // the object or call whose answer may change
};

/// `function` is the one whose code it is. `matters`: see busy_waits.h.
Idleness idlenessOf(const clang::Expr &expression, const clang::FunctionDecl &function, UnitContext &unit,
                    llvm::function_ref<bool(const clang::Expr &)> matters);

} // namespace coroguard
