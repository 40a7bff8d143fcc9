// Suppression comments: which findings they cover, and which of them covered nothing.
#pragma once
#include "diagnostic.h"
#include "facts/fact.h"
#include <functional>
#include <string_view>

namespace coroguard {

/// What this run knows of a rule id.
enum class RuleState { Unknown, NotRun, Run };

/// Removes the findings that a comment of their file covers:
///   // NOLINT, // NOLINT(coroguard-<id>), NOLINTNEXTLINE, NOLINTBEGIN ... NOLINTEND   (clang-tidy's, also "*" globs)
///   // coroguard: allow(<id>[, <id>]) reason         on the line, or alone on the line above
/// and adds an `unused-suppression` finding for every comment naming only coroguard rules of which one is unknown or
/// covered nothing (a bare NOLINT and other tools' names are not ours to judge). Nothing is said of
/// a rule that did not run.
std::vector<Diagnostic> applySuppressions(std::vector<Diagnostic> diagnostics, const Facts &facts,
                                          const std::function<RuleState(std::string_view)> &stateOf);

} // namespace coroguard
