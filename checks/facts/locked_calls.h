// Calls made while a lock of the thread's is held.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::lockedCalls. `calls` joins expressions with indices of facts.calls.
void findLockedCalls(FunctionFlow &flow, const CallsByExpression &calls, Function &facts);

} // namespace coroguard
