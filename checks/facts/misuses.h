// Values to await that are awaited twice, tested, nested, or outlive what they refer to.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Function::misuses.
void findMisuses(FunctionFlow &flow, Function &facts);

} // namespace coroguard
