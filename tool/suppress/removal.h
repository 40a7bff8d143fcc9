// The fix of a suppression that covers nothing: it goes.
#pragma once
#include "diagnostic.h"
#include <optional>
#include <string_view>

namespace coroguard {

/// Takes one rule out of the list of a comment, or the whole comment when it names no other. `comment` is where it starts
/// and `line` the text of that line; `rules` and `rule` are as written in it. Nothing when more than the suppression would
/// go: other directives, a comment of several lines, one that a macro's line goes on behind.
std::optional<Fix> suppressionRemoval(const Location &comment, std::string_view line, std::string_view rules,
                                      std::string_view rule);

} // namespace coroguard
