// For processes that a test ends with something left over: LeakSanitizer is not to look at it.
#pragma once

namespace coroguard {

// Set in the process that ends.
extern bool leaks_are_meant;

}  // namespace coroguard
