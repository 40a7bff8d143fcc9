#include "facts/misuses.h"

namespace coroguard {

void findMisuses(FunctionFlow &flow, Function &facts) {}

} // namespace coroguard
