// What debug mode finds while a program runs: the part of docs/runtime/debug-mode.md about one id.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace coroguard {

// The whole page, as it was when this was built.
std::string_view debugModePage();

// The section of `page` whose heading "### ..." names the id, as Markdown, with the blocks of what is printed. Nothing: debug
// mode has no such rule.
std::optional<std::string> runTimeSection(std::string_view page, std::string_view id);

} // namespace coroguard
