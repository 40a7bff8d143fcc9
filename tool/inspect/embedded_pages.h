// Pages of the documentation that 'coroguard explain' has inside, as they were when this was built, and their parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace coroguard {

std::string_view debugModePage();    // docs/runtime/debug-mode.md: what is found while a program runs
std::string_view suppressionsPage(); // docs/suppressions.md: what is found about comments

// The section of `page` whose heading "### ..." names the id, as Markdown, with the blocks of what is printed. Nothing: the page
// has none.
std::optional<std::string> sectionAbout(std::string_view page, std::string_view id);

} // namespace coroguard
