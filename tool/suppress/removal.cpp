#include "tool/suppress/removal.h"
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard {
namespace {

using llvm::StringRef;

/// A part of a line, as offsets.
struct Span {
  size_t begin = 0, end = 0;
};

/// The comment that starts there, if it ends in this line.
std::optional<Span> commentIn(StringRef line, size_t begin) {
  StringRef comment = line.drop_front(std::min(begin, line.size()));
  if (comment.starts_with("//")) return line.ends_with("\\") ? std::nullopt : std::optional<Span>({begin, line.size()});
  size_t end = comment.find("*/");
  if (!comment.starts_with("/*") || end == StringRef::npos || line.ends_with("\\")) return std::nullopt;
  return Span{begin, begin + end + 2};
}

/// "a, b" without one of them.
std::optional<Span> entryIn(StringRef line, Span rules, StringRef rule) {
  for (size_t at = rules.begin; at < rules.end;) {
    size_t comma = std::min(line.find(',', at), rules.end);
    StringRef entry = line.slice(at, comma);
    if (entry.trim() == rule) {
      if (comma < rules.end) return Span{at + (entry.size() - entry.ltrim().size()), line.find_first_not_of(" \t", comma + 1)};
      return Span{at - 1, rules.end}; // the last one, with the comma before it
    }
    at = comma + 1;
  }
  return std::nullopt;
}

/// Does the comment say nothing but this suppression, and perhaps why?
bool isOnlySuppression(StringRef comment) {
  StringRef text = comment.ltrim("/*!<").ltrim();
  return (text.starts_with("NOLINT") || text.starts_with("coroguard:")) && comment.count("NOLINT") <= 1;
}

Fix replacing(const Location &comment, Span span, bool isLine) {
  Location begin{comment.file, comment.line, static_cast<unsigned>(span.begin + 1)};
  Location end{comment.file, comment.line, static_cast<unsigned>(span.end + 1)};
  if (isLine) end.line += 1, end.column = 1;
  return {.title = "remove the suppression", .isSafe = true, .edits = {{begin, end, ""}}};
}

} // namespace

std::optional<Fix> suppressionRemoval(const Location &location, std::string_view text, std::string_view rules,
                                      std::string_view rule) {
  StringRef line = StringRef(text).rtrim("\r\n");
  std::optional<Span> comment = location.column > 0 ? commentIn(line, location.column - 1) : std::nullopt;
  if (!comment) return std::nullopt;
  size_t at = line.find(StringRef(rules), comment->begin);
  if (at == StringRef::npos || at + rules.size() > comment->end) return std::nullopt;
  if (StringRef(rules).contains(',')) {
    std::optional<Span> entry = entryIn(line, {at, at + rules.size()}, rule);
    return entry ? std::optional(replacing(location, *entry, false)) : std::nullopt;
  }
  if (!isOnlySuppression(line.slice(comment->begin, comment->end))) return std::nullopt;
  StringRef before = line.take_front(comment->begin), behind = line.drop_front(comment->end);
  bool hasLineEnd = text.ends_with('\n');
  if (before.trim().empty() && behind.trim().empty() && hasLineEnd) return replacing(location, {0, 0}, true);
  if (behind.trim().empty()) comment = Span{before.rtrim().size(), line.size()};
  else comment->end += behind.size() - behind.ltrim().size();
  return replacing(location, *comment, false);
}

} // namespace coroguard
