// Names for addresses. Reads the programs' files: never on the loop's thread.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <vector>

#include "coroguard/observe/report.hpp"

namespace coroguard {

// Fills in what an address is in: module, offset in it, build id, and the function's name where the module has a symbol
// table. Any thread.
void symbolise(std::vector<native_frame>& stack);

}  // namespace coroguard
