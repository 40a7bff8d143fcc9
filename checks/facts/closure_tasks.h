// Tasks that a plain lambda returns although they refer to its captures, given to what ends the closure
// before them.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Dangling::Form::LambdaCapture with the type of what was captured: where the call operator of a lambda
/// that this function gives away refers to its own captures in the task that it returns.
void findClosureTasks(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
