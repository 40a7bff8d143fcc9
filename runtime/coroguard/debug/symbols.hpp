// Names for addresses. Reads the programs' files: never on the loop's thread.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <vector>

#include "coroguard/debug/call_stack.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

// Module, offset in it, build id, and the function's name where the module has a symbol table. Any thread.
std::vector<native_frame> symbolise(const call_stack& stack);

}  // namespace coroguard
