// Which findings the comments of their files cover. NOLINT follows clang-tidy to the letter, so that one
// comment means the same in every host.
#include "tool/suppress/suppress.h"
#include "tool/suppress/removal.h"
#include <algorithm>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/MemoryBuffer.h>
#include <map>
#include <optional>
#include <tuple>

namespace coroguard {
namespace {

using llvm::StringRef;
using Form = Suppression::Form;

constexpr StringRef prefix = "coroguard-";

/// About comments, and not about code: only its own name covers such a finding.
bool isAboutComments(StringRef rule) { return rule == unusedSuppression || rule == suppressionWithoutReason; }

/// One name of a comment's list. Globs as in clang-tidy: '*' is any text, a leading '-' takes out what
/// matches.
struct Entry {
  StringRef text; // as written, without '-'; of ours without the prefix that clang-tidy gives
  StringRef written;
  bool isNegative = false;
  unsigned covered = 0; // findings it matched
};

bool matchesGlob(StringRef glob, StringRef name) {
  auto [head, tail] = glob.split('*');
  if (head.size() == glob.size()) return glob == name;
  if (!name.consume_front(head)) return false;
  for (size_t skipped = 0; skipped <= name.size(); ++skipped)
    if (matchesGlob(tail, name.drop_front(skipped))) return true;
  return false;
}

/// A suppression comment with the lines it covers.
struct Comment {
  Form form = Form::Line;
  Location location;
  StringRef rules; // as written
  StringRef reason;
  std::vector<Entry> entries;
  unsigned firstLine = 0;
  unsigned lastLine = 0;        // below the first: covers nothing
  const char *broken = nullptr; // why it covers nothing

  std::string ruleName(StringRef rule) const { return ((form == Form::Allow ? "" : prefix) + rule).str(); }
  bool isOurs() const;   // names only rules of coroguard
  bool namesUs() const;  // names one, perhaps among others
  bool covers(const Diagnostic &diagnostic);
};

bool Comment::isOurs() const {
  return form == Form::Allow || (!entries.empty() && llvm::all_of(entries, [](const Entry &entry) {
                                return entry.text.starts_with(prefix);
                              }));
}

bool Comment::namesUs() const {
  return llvm::any_of(entries, [&](const Entry &entry) { return form == Form::Allow || entry.text.starts_with(prefix); });
}

bool Comment::covers(const Diagnostic &diagnostic) {
  unsigned line = diagnostic.location.line;
  if (line < firstLine || line > lastLine) return false;
  if (entries.empty()) return form != Form::Allow; // ours names its rules
  std::string name = ruleName(diagnostic.rule);
  // A glob would cover the finding that the glob itself is unused.
  auto matches = [&](const Entry &entry) {
    return isAboutComments(diagnostic.rule) ? entry.text == name : matchesGlob(entry.text, name);
  };
  bool result = false;
  for (const Entry &entry : entries) // the last that matches decides
    if (matches(entry)) result = !entry.isNegative;
  for (Entry &entry : entries)
    if (result && !entry.isNegative && matches(entry)) ++entry.covered;
  return result;
}

std::vector<Entry> splitEntries(StringRef rules) {
  std::vector<Entry> entries;
  for (StringRef word : llvm::split(rules, ',')) {
    word = word.trim();
    bool isNegative = word.consume_front("-");
    if (!word.empty()) entries.push_back({word.trim(), word.trim(), isNegative});
  }
  return entries;
}

/// The lines of a file, read when a comment needs to know what stands around it.
class SourceLines {
public:
  explicit SourceLines(const std::string &file) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    if (!buffer) return;
    text = std::move(*buffer);
    text->getBuffer().split(lines, '\n');
  }

  /// The line that a comment alone on its line stands for: the next one that is neither empty nor a //
  /// comment. Nothing when code stands before the comment.
  std::optional<unsigned> lineBelow(const Location &comment) const {
    if (lines.empty()) return comment.column == 1 ? std::optional(comment.line + 1) : std::nullopt;
    if (comment.line > lines.size()) return std::nullopt;
    StringRef line = lines[comment.line - 1];
    if (!line.take_front(comment.column - 1).trim().empty()) return std::nullopt;
    auto [inside, behind] = line.drop_front(std::min<size_t>(comment.column - 1, line.size())).split("*/");
    if (inside.starts_with("/*") && !behind.trim().empty()) return std::nullopt; // before code of its own line
    unsigned below = comment.line;
    while (below < lines.size() && isCommentOnly(lines[below])) ++below;
    return below + 1;
  }

private:
  static bool isCommentOnly(StringRef line) { return line.trim().empty() || line.ltrim().starts_with("//"); }

  std::unique_ptr<llvm::MemoryBuffer> text;
  llvm::SmallVector<StringRef> lines;
};

/// The comments of one file, in the order they stand there.
class FileSuppressions {
public:
  void add(const Facts &facts, const Suppression &fact) {
    Comment comment;
    comment.form = fact.form;
    comment.location = facts.location(fact.place);
    comment.rules = facts.text(fact.rules);
    comment.reason = facts.text(fact.reason);
    comment.entries = splitEntries(comment.rules);
    for (Entry &entry : comment.entries)
      if (comment.form == Form::Allow) entry.text.consume_front(prefix);
    comments.push_back(std::move(comment));
  }

  void resolve(const std::string &file) {
    llvm::sort(comments, [](const Comment &a, const Comment &b) {
      return std::tie(a.location.line, a.location.column) < std::tie(b.location.line, b.location.column);
    });
    std::optional<SourceLines> source;
    for (Comment &comment : comments) {
      unsigned line = comment.location.line;
      if (comment.form == Form::Line) setLines(comment, line, line);
      if (comment.form == Form::NextLine) setLines(comment, line + 1, line + 1);
      if (comment.form != Form::Allow) continue;
      if (!source) source.emplace(file);
      unsigned below = source->lineBelow(comment.location).value_or(line);
      setLines(comment, below, below);
    }
    resolveBlocks();
  }

  bool covers(const Diagnostic &diagnostic) {
    bool result = false;
    for (Comment &comment : comments) result |= comment.covers(diagnostic); // each that matches is in use
    return result;
  }

  std::vector<Comment> comments;

private:
  static void setLines(Comment &comment, unsigned first, unsigned last) {
    comment.firstLine = first;
    comment.lastLine = last;
  }

  /// An END closes the nearest open BEGIN if that names the same; anything else is an unmatched comment.
  void resolveBlocks() {
    std::vector<Comment *> open;
    for (Comment &comment : comments) {
      if (comment.form == Form::Begin) open.push_back(&comment);
      if (comment.form != Form::End) continue;
      if (open.empty() || open.back()->rules != comment.rules) {
        setLines(comment, 1, 0);
        comment.broken = "has no NOLINTBEGIN with the same rules";
        continue;
      }
      setLines(*open.back(), open.back()->location.line, comment.location.line);
      setLines(comment, 1, 0); // the BEGIN covers the block
      open.pop_back();
    }
    for (Comment *comment : open) {
      setLines(*comment, 1, 0);
      comment->broken = "has no NOLINTEND with the same rules";
    }
  }
};

const char *nameOf(Form form) {
  switch (form) {
  case Form::Line:
    return "NOLINT";
  case Form::NextLine:
    return "NOLINTNEXTLINE";
  case Form::Begin:
    return "NOLINTBEGIN";
  case Form::End:
    return "NOLINTEND";
  case Form::Allow:
    return "coroguard: allow";
  }
  return "";
}

/// Finds what is wrong with one comment of ours.
class Judge {
public:
  Judge(const SuppressionPolicy &policy, std::vector<Diagnostic> &findings) : policy(policy), findings(findings) {}

  void judge(const Comment &comment) {
    std::string spelling = std::string(nameOf(comment.form)) + "(" + comment.rules.str() + ")";
    if (comment.form == Form::Allow && comment.entries.empty())
      return report(unusedSuppression, comment,
                    "a suppression that names no rule suppresses nothing; write 'coroguard: allow(RULE) reason'");
    if (comment.namesUs() && comment.form != Form::End && comment.reason.empty())
      report(suppressionWithoutReason, comment, "'" + spelling + "' gives no reason; nobody can tell later whether it still holds");
    if (!comment.isOurs()) return;
    if (comment.broken) return report(unusedSuppression, comment, "'" + spelling + "' " + comment.broken);
    if (comment.form == Form::End) return;
    for (const Entry &entry : comment.entries) judge(comment, entry);
  }

private:
  void judge(const Comment &comment, const Entry &entry) {
    StringRef rule = entry.text;
    if (comment.form != Form::Allow) rule.consume_front(prefix);
    bool isKnown = rule.contains('*') || isAboutComments(rule);
    RuleState state = isKnown ? RuleState::Run : policy.stateOf(std::string_view(rule), comment.location.file);
    if (state == RuleState::NotRun) return;
    if (state == RuleState::Unknown)
      return report(unusedSuppression, comment, "unknown rule '" + rule.str() + "' in a suppression; it suppresses nothing");
    if (entry.covered > 0 || entry.isNegative || isAboutComments(rule)) return;
    size_t before = findings.size();
    report(unusedSuppression, comment, "suppression of '" + entry.text.str() + "' covers no finding");
    if (findings.size() > before) offerRemoval(comment, entry);
  }

  /// A block has two comments, which would have to go together.
  void offerRemoval(const Comment &comment, const Entry &entry) {
    auto buffer = llvm::MemoryBuffer::getFile(comment.location.file);
    if (comment.form == Form::Begin || !buffer) return;
    StringRef text = (*buffer)->getBuffer();
    for (unsigned line = 1; line < comment.location.line; ++line) text = text.split('\n').second;
    size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    if (auto fix = suppressionRemoval(comment.location, text.take_front(size), comment.rules, entry.written))
      findings.back().fixes.push_back(std::move(*fix));
  }

  void report(const char *finding, const Comment &comment, std::string message) {
    std::optional<Severity> severity = policy.severityOf(finding, comment.location.file);
    if (severity) findings.push_back({finding, *severity, comment.location, std::move(message), {}});
  }

  const SuppressionPolicy &policy;
  std::vector<Diagnostic> &findings;
};

} // namespace

std::vector<Diagnostic> applySuppressions(std::vector<Diagnostic> diagnostics, const Facts &facts,
                                          const SuppressionPolicy &policy) {
  std::map<std::string, FileSuppressions> files;
  for (const Suppression &fact : facts.suppressions)
    files[std::string(facts.text(fact.place.file))].add(facts, fact);
  for (auto &[file, suppressions] : files) suppressions.resolve(file);
  auto isCovered = [&](const Diagnostic &diagnostic) {
    auto file = files.find(diagnostic.location.file);
    return file != files.end() && file->second.covers(diagnostic);
  };
  llvm::erase_if(diagnostics, isCovered);

  std::vector<Diagnostic> unused;
  Judge judge(policy, unused);
  for (const auto &[file, suppressions] : files)
    for (const Comment &comment : suppressions.comments) judge.judge(comment);
  llvm::erase_if(unused, isCovered); // a comment may allow that another one is kept for later
  llvm::move(unused, std::back_inserter(diagnostics));
  llvm::sort(diagnostics, [](const Diagnostic &a, const Diagnostic &b) {
    return std::tie(a.location, a.rule, a.message, a.notes) <
           std::tie(b.location, b.rule, b.message, b.notes);
  });
  return diagnostics;
}

} // namespace coroguard
