// Suppression comments: which findings they cover, and which of them covered nothing.
#pragma once
#include "diagnostic.h"
#include "facts/fact.h"
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace coroguard {

/// What this run knows of a rule id.
enum class RuleState { Unknown, NotRun, Run };

/// The findings about suppression comments themselves.
inline constexpr const char *unusedSuppression = "unused-suppression";
inline constexpr const char *suppressionWithoutReason = "suppression-without-reason";

/// What the run and the configuration say about the suppressions of a file.
struct SuppressionPolicy {
  /// Of a rule in a file.
  std::function<RuleState(std::string_view rule, const std::string &file)> stateOf;
  /// How loud one of the two findings above is in a file; nothing: it is off.
  std::function<std::optional<Severity>(std::string_view finding, const std::string &file)> severityOf;
};

/// Removes the findings that a comment of their file covers:
///   // NOLINT, // NOLINT(coroguard-<id>), NOLINTNEXTLINE, NOLINTBEGIN ... NOLINTEND   (clang-tidy's, also "*" globs)
///   // coroguard: allow(<id>[, <id>]) reason         on the line, or alone on the line above
/// and adds an `unused-suppression` finding for every comment naming only coroguard rules of which one is unknown or
/// covered nothing (a bare NOLINT and other tools' names are not ours to judge), and `suppression-without-reason` for one
/// that names a rule of coroguard and gives no reason. Nothing is said of a rule that did not run.
std::vector<Diagnostic> applySuppressions(std::vector<Diagnostic> diagnostics, const Facts &facts,
                                          const SuppressionPolicy &policy);

} // namespace coroguard
