// A rule's page: what `coroguard explain` prints and docs/rules/<id>.md holds.
#pragma once
#include "rules/table.h"
#include <string>

namespace coroguard {

/// Markdown: a head with id, summary, group, severity and version, the text embedded in the rule, a table of options.
std::string renderPage(const RegisteredRule &rule);

/// Markdown: the index of all pages, by group.
std::string renderIndex();

} // namespace coroguard
