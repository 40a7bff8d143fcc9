// Which units of a run may stand on which headers, before anything is parsed.
#pragma once
#include "facts/scope.h"
#include "tool/intake/units.h"
#include "tool/share/choose.h"
#include "tool/share/include_scan.h"
#include <optional>

namespace coroguard {

/// Units that have one command, but for their file, and include the same headers of other people.
struct HeaderGroup {
  std::string directives;    // `#include` lines
  std::vector<size_t> units;
};

/// What `leastUnits` is when nobody says it, and how much text must be shared then. Making a precompiled header costs
/// about as much as two units, and when it turns out that they do not fit on it, two of them are parsed once more: too
/// much for a handful of units (half of the example chat's five), and little for ten.
SharingTerms termsThatPay();

std::vector<HeaderGroup> planSharing(const std::vector<Unit> &units, const std::vector<size_t> &chosen,
                                     const ProjectScope &scope, const SharingTerms &terms);

/// Where the unit's command looks for headers. Nothing when it is unusual, or no command for the front end.
std::optional<SearchPath> searchPathOf(const Unit &unit);

std::string encode(const std::vector<HeaderGroup> &groups);
std::vector<HeaderGroup> decodeHeaderGroups(std::string_view bytes);

} // namespace coroguard
