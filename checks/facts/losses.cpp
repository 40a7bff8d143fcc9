#include "facts/losses.h"

namespace coroguard {

void findLosses(FunctionFlow &flow, Function &facts) {}

} // namespace coroguard
