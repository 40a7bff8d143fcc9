#include "facts/locked_calls.h"

namespace coroguard {

void findLockedCalls(FunctionFlow &flow, const CallsByExpression &calls, Function &facts) {}

} // namespace coroguard
