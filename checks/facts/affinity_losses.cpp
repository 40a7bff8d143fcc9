#include "facts/affinity_losses.h"

namespace coroguard {

void findAffinityLosses(FunctionFlow &flow, Function &facts) {}

} // namespace coroguard
