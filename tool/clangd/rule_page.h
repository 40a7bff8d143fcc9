// Where people find a rule's page.
#pragma once
#include <string>

namespace coroguard {

/// A URL: below COROGUARD_DOCS_URL when the build names one, else the file on this machine. Empty when there is none.
std::string linkToPage(const std::string &rule);

} // namespace coroguard
