// Paths as editors write them: file:///home/me/a%20b.cpp.
#pragma once
#include <llvm/ADT/StringRef.h>
#include <string>

namespace coroguard {

std::string urlOfPath(llvm::StringRef path);

/// Empty when it is not a file on this machine.
std::string pathOfUrl(llvm::StringRef url);

} // namespace coroguard
