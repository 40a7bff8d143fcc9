// Facts that name files by their paths below a folder, so that the same sources give the same facts wherever they lie: in a
// sandbox, on another machine.
#pragma once
#include "facts/fact.h"
#include <string_view>

namespace coroguard {

/// Every path below `root`, an absolute folder, without it; in the names of closures and unnamed types, too.
Facts withoutRoot(Facts facts, std::string_view root);

/// The other way round, for places and units, whose files somebody wants to open: relative ones lie below `root`.
Facts belowRoot(Facts facts, std::string_view root);

} // namespace coroguard
