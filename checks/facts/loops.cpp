#include "facts/loops.h"

namespace coroguard {

void findLoops(FunctionFlow &flow, Function &facts) {}

} // namespace coroguard
