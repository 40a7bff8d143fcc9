// One task that is awaited again after it has given its result away.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds to Function::misuses what has the form AwaitedAgain. `other` is the first await; of an await that a loop repeats,
/// the same place.
void findAwaitedTwice(FunctionFlow &flow, Function &facts);

} // namespace coroguard
