// Locks of the thread that a coroutine may hold where it suspends.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Crossings of the form Lock, one for each lock and suspension.
void findLockCrossings(FunctionFlow &flow, Function &facts);

} // namespace coroguard
