// Calls that reach an event loop from any thread: harmless there, but not in a signal handler.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Does the call hand work to a loop, or change one by a member that any thread may call?
bool touchesLoop(const clang::FunctionDecl &callee, const SinkCall *sink, const clang::Expr *object, UnitContext &unit);

} // namespace coroguard
