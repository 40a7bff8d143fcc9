// Loops that keep their thread.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::loops. `calls` joins expressions with indices of facts.calls; `hops`: the coroutine awaits hops.
void findLoops(FunctionFlow &flow, const CallsByExpression &calls, bool hops, Function &facts);

} // namespace coroguard
