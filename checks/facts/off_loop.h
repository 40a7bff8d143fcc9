// Which calls of a coroutine run after it moved to a thread where blocking is fine.
#pragma once
#include "facts/destructors.h"

namespace coroguard {

/// Sets Call::offLoop for the calls that are behind a hop to an offload executor on every path from the start, with no
/// hop back between. `calls` joins expressions with indices of facts.calls, `ends` variables with those of their destructors,
/// which have to be there on every path.
void markCallsOffLoop(FunctionFlow &flow, const CallsByExpression &calls, const CallsByVariable &ends, Function &facts);

} // namespace coroguard
