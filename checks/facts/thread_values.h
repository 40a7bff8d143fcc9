// What belongs to the thread and is used behind a suspension, where the coroutine may be on another one.
#pragma once
#include "facts/function_flow.h"

namespace coroguard {

/// Adds Crossings of the form ThreadState: references, pointers and views of thread_local objects, and thread ids, that are
/// kept in local variables.
void findThreadStateCrossings(FunctionFlow &flow, Function &facts);

/// Adds Crossings of the form ErrorNumber: errno and its like, read behind a suspension with no call since.
void findErrorNumberCrossings(FunctionFlow &flow, Function &facts);

} // namespace coroguard
