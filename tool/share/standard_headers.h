// The headers that may be included in any order.
#pragma once
#include <llvm/ADT/StringRef.h>

namespace coroguard {

/// A header of C++ ([using.headers]: in any order, each any number of times), of C or of POSIX (XSH 2.2.2 says the same).
bool isStandardHeader(llvm::StringRef name);

} // namespace coroguard
