// What edits do to a file, as `patch` and `git apply` read it.
#pragma once
#include "diagnostic.h"
#include <string>
#include <string_view>

namespace coroguard {

/// With three lines of context. `name` stands behind a/ and b/. Lines keep the line ends that they have.
std::string unifiedDiff(const std::string &name, std::string_view before, const std::vector<Edit> &edits);

} // namespace coroguard
