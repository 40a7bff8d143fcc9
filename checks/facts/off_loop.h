// Which calls of a coroutine run after it moved to a thread where blocking is fine.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Sets Call::offLoop for the calls that are behind a hop to an offload executor on every path from the start, with no
/// hop back between. `calls` joins expressions with indices of facts.calls.
void markCallsOffLoop(FunctionFlow &flow, const CallsByExpression &calls, Function &facts);

} // namespace coroguard
