// Is work that a function started over, or waited for, before the function's variables end?
#pragma once
#include "facts/unit_context.h"

namespace coroguard {

/// Does this call wait for a task, future or thread, or run an event loop?
bool waits(const clang::CallExpr &call, UnitContext &unit);

/// Is there a suspension, a wait or a run of the event loop behind this place, or in a loop around it, so that what was
/// started there may have been joined before the function ends?
bool mayBeJoinedBehind(const clang::FunctionDecl &function, const clang::Stmt &started, UnitContext &unit);

} // namespace coroguard
