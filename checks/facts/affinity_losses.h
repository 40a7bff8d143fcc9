// Loop-bound objects that a coroutine uses after it has moved to another thread.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::affinityLosses.
void findAffinityLosses(FunctionFlow &flow, Function &facts);

} // namespace coroguard
