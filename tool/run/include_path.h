// The include path of translation units, without reading them.
#pragma once
#include "tool/intake/units.h"

namespace coroguard {

/// The folders in which any of these units looks for headers, in the order in which the units name them.
std::vector<std::string> includeFoldersOf(const std::vector<Unit> &units);

} // namespace coroguard
