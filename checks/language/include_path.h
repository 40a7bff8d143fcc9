// Where a translation unit looks for headers.
#pragma once
#include <string>
#include <vector>

namespace clang {
class Preprocessor;
}

namespace coroguard {

/// The folders of the include path, absolute, in the order of the search: -I, -isystem, and those of the compiler and the
/// system.
std::vector<std::string> includeFolders(const clang::Preprocessor &preprocessor);

} // namespace coroguard
