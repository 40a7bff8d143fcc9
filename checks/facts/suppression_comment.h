// One comment's text -> the suppression it holds. Syntax only: what it covers is decided by tool/suppress.
#pragma once
#include "facts/fact.h"
#include <optional>
#include <string_view>

namespace coroguard {

/// The parts of a suppression comment, as views into its text.
struct SuppressionComment {
  Suppression::Form form = Suppression::Form::Line;
  std::string_view rules;  // as written between the parentheses, without spaces around; empty = every rule
  std::string_view reason; // text behind, if any
};

/// Reads `// NOLINT...` as clang-tidy does (anywhere in the comment) and `// coroguard: allow(<id>, ...)
/// reason` (at the comment's start). The text is a whole // or /* */ comment. Nothing when the comment
/// suppresses nothing.
std::optional<SuppressionComment> parseSuppression(std::string_view comment);

} // namespace coroguard
