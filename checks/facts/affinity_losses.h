// Loop-bound objects that a coroutine uses after it has moved to another thread.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::affinityLosses; for coroutines that hop. `calls` joins expressions with indices of facts.calls.
void findAffinityLosses(FunctionFlow &flow, const CallsByExpression &calls, Function &facts);

} // namespace coroguard
