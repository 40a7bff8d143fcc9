// Calls that reach an event loop from any thread: harmless there, but not in a signal handler. Calls that do not leave
// the loop-bound object.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Does the call hand work to a loop, or change one by a member that any thread may call?
bool touchesLoop(const clang::FunctionDecl &callee, const SinkCall *sink, const clang::Expr *object, UnitContext &unit);

/// Does a member of a class call another one of the same class on its own object? Then the call from outside is what
/// matters: it is one of those that any thread may make, or a use of the object itself.
bool staysInside(const clang::Expr &object, const clang::FunctionDecl &callee, const clang::FunctionDecl *caller);

} // namespace coroguard
