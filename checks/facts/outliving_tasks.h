// Tasks that a plain function returns although they refer to what ends with it: its variables, temporaries, guards and
// handlers.
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Adds Misuse::Form::OutlivesObject and OutlivesHandler of a function that is no coroutine, and Function::keeps of any.
void findOutlivingTasks(const clang::FunctionDecl &function, Function &facts, UnitContext &unit);

} // namespace coroguard
