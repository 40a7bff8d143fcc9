// Values to await that are kept in local variables and lost with them: a must-analysis over the suspension CFG.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::losses.
void findLosses(FunctionFlow &flow, Function &facts);

} // namespace coroguard
