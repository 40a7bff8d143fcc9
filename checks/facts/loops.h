// Loops that keep their thread.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::loops.
void findLoops(FunctionFlow &flow, Function &facts);

} // namespace coroguard
