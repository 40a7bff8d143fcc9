#include "facts/suppression_comment.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/StringSwitch.h>

namespace coroguard {
namespace {

using llvm::StringRef;
using Form = Suppression::Form;

StringRef withoutMarkers(StringRef comment) {
  if (comment.consume_front("/*"))
    comment.consume_back("*/");
  else
    comment.consume_front("//");
  return comment.ltrim("/!*<").trim(); // also documentation comments
}

std::optional<Form> noLintForm(StringRef word) {
  return llvm::StringSwitch<std::optional<Form>>(word)
      .Case("NOLINT", Form::Line)
      .Case("NOLINTNEXTLINE", Form::NextLine)
      .Case("NOLINTBEGIN", Form::Begin)
      .Case("NOLINTEND", Form::End)
      .Default(std::nullopt);
}

/// What stands behind a directive, without the dash or colon people put in front of a reason. It ends with
/// the line.
StringRef reasonIn(StringRef rest) { return rest.split('\n').first.trim().ltrim(":-").trim(); }

std::optional<SuppressionComment> parseAllow(StringRef text) {
  if (!text.consume_front("coroguard:")) return std::nullopt;
  text = text.ltrim();
  if (!text.consume_front("allow")) return std::nullopt;
  if (!text.empty() && llvm::isAlpha(text.front())) return std::nullopt; // another word, perhaps prose
  text = text.ltrim();
  size_t close = text.find(')');
  // "Every rule" is not on offer: the ids are the point. Without them it allows nothing, which somebody should know.
  if (!text.consume_front("(") || close == StringRef::npos) return SuppressionComment{Form::Allow, {}, {}};
  return SuppressionComment{Form::Allow, text.take_front(close - 1).trim(), reasonIn(text.drop_front(close))};
}

std::optional<SuppressionComment> parseNoLint(StringRef text) {
  for (size_t at = text.find("NOLINT"); at != StringRef::npos; at = text.find("NOLINT", at + 1)) {
    StringRef rest = text.drop_front(at);
    StringRef word = rest.take_while(llvm::isAlpha);
    std::optional<Form> form = noLintForm(word);
    if (!form) continue;
    rest = rest.drop_front(word.size());
    size_t close = rest.find_first_of("\n)");
    bool hasRules = rest.starts_with("(") && close != StringRef::npos && rest[close] == ')';
    if (!hasRules) return SuppressionComment{*form, {}, reasonIn(rest)};
    StringRef rules = rest.slice(1, close).trim();
    if (rules.empty()) return std::nullopt; // clang-tidy: NOLINT() names nothing and covers nothing
    return SuppressionComment{*form, rules, reasonIn(rest.drop_front(close + 1))};
  }
  return std::nullopt;
}

} // namespace

std::optional<SuppressionComment> parseSuppression(std::string_view comment) {
  StringRef text = withoutMarkers(comment);
  if (auto allow = parseAllow(text)) return allow;
  return parseNoLint(text);
}

} // namespace coroguard
