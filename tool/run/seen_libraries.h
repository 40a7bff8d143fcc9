// Which of the libraries that coroguard knows a project includes.
#pragma once
#include <string>

namespace coroguard {

/// Names separated by commas, from the #include lines of the units of the compile database; empty when there is none.
std::string seenLibraries(const std::string &folder);

} // namespace coroguard
