// Where `co_await` can be written for a value that a coroutine makes and does not await.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// What becomes of the value now.
enum class MadeFor : uint8_t {
  Nothing,  // it is dropped
  Variable, // it initialises one
  Test,     // it is converted to bool
};

/// Nowhere (false) when `co_await` may not stand there or would mean something else: the function is no coroutine or its
/// promise does not take the value, in a handler, in a static variable's initialiser, in code that no one wrote there (a
/// macro, a default argument), in a template (another instantiation may make something else), behind other operations.
AwaitSpot awaitSpot(const clang::Expr &made, MadeFor use, const clang::FunctionDecl *function, UnitContext &unit);

} // namespace coroguard
