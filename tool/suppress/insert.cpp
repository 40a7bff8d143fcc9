#include "tool/suppress/insert.h"
#include "tool/files/write.h"
#include "tool/suppress/line_map.h"
#include "tool/suppress/suppress.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <map>
#include <set>

namespace coroguard {
namespace {

using llvm::StringRef;
namespace fs = llvm::sys::fs;

/// The findings of one line.
struct LineFindings {
  std::set<std::string> rules;
  unsigned column = 0; // of the first
};

class Inserter {
public:
  Inserter(StringRef text, StringRef reason, CommentStyle style) : text(text), reason(reason), style(style), map(text) {}

  void add(unsigned number, const LineFindings &findings) {
    if (number == 0 || number > map.size()) return;
    const LineMap::Line &line = map.line(number);
    if (std::optional<size_t> above = lineAbove(number)) {
      std::string indent = text.slice(line.begin, line.indent).str();
      insert(map.line(*above).begin, indent + "// " + nextLine(findings) + map.lineEnd().str());
    } else if (canEnd(line)) {
      StringRef code = text.slice(line.begin, line.end).rtrim(" \t");
      insert(line.begin + code.size(), " // " + beside(findings));
    } else {
      insert(std::min(line.begin + findings.column - 1, line.end), "/* " + beside(findings) + " */ ");
    }
  }

  std::string run() const {
    std::string result;
    size_t done = 0;
    for (const auto &[at, comment] : insertions) {
      result += text.slice(done, at).str() + comment;
      done = at;
    }
    return result + text.drop_front(done).str();
  }

private:
  /// The line before which a comment alone on its line covers this one, if there is such.
  std::optional<size_t> lineAbove(unsigned number) const {
    unsigned above = number;
    while (above > 1 && map.line(above - 1).isOnlyComment && map.line(above - 1).comment.contains("NOLINTNEXTLINE")) --above;
    bool isBlocked = above > 1 && map.line(above - 1).endsWithComment && map.line(above - 1).comment.contains("NOLINTNEXTLINE");
    if (isBlocked || (above != number && style == CommentStyle::NoLint)) return std::nullopt; // each is for its next line
    return map.line(above).startsInToken || map.line(number).startsInToken ? std::nullopt : std::optional<size_t>(above);
  }
  bool canEnd(const LineMap::Line &line) const { return !line.endsInToken && !line.endsWithComment; }

  std::string list(const LineFindings &findings) const {
    if (style == CommentStyle::Allow) return llvm::join(findings.rules, ", ");
    std::vector<std::string> names;
    for (const std::string &rule : findings.rules) names.push_back("coroguard-" + rule);
    return llvm::join(names, ", ");
  }
  std::string beside(const LineFindings &findings) const {
    if (style == CommentStyle::NoLint) return "NOLINT(" + list(findings) + "): " + reason.str();
    return "coroguard: allow(" + list(findings) + ") " + reason.str();
  }
  std::string nextLine(const LineFindings &findings) const {
    if (style == CommentStyle::NoLint) return "NOLINTNEXTLINE(" + list(findings) + "): " + reason.str();
    return beside(findings);
  }
  void insert(size_t at, std::string comment) { insertions.emplace(at, std::move(comment)); }

  StringRef text;
  StringRef reason;
  CommentStyle style;
  LineMap map;
  std::multimap<size_t, std::string> insertions;
};

/// Replaced in one step, so that a full disk leaves the file as it was.
std::error_code replace(const std::string &file, const std::string &text) {
  if (std::error_code error = fs::access(file, fs::AccessMode::Write)) return error;
  return replaceContent(file, text);
}

std::error_code rewrite(const std::string &file, const std::vector<Diagnostic> &findings, StringRef reason, CommentStyle style) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/true, /*IsVolatile=*/true);
  if (!buffer) return buffer.getError();
  return replace(file, withSuppressions(std::string_view((*buffer)->getBuffer()), findings, std::string_view(reason), style));
}

} // namespace

std::string faultOfReason(std::string_view reason) {
  StringRef text(reason);
  if (text.trim(" \t:-").empty()) return "the reason is empty";
  if (text.contains('\n') || text.contains('\r')) return "the reason is more than one line";
  if (text.contains("*/")) return "the reason ends a comment with '*/'";
  return text.ends_with("\\") ? "the reason continues the line with '\\'" : "";
}

std::string withSuppressions(std::string_view text, const std::vector<Diagnostic> &findings, std::string_view reason,
                             CommentStyle style) {
  std::map<unsigned, LineFindings> lines;
  for (const Diagnostic &finding : findings) {
    LineFindings &line = lines[finding.location.line];
    line.rules.insert(finding.rule);
    line.column = line.column == 0 ? finding.location.column : std::min(line.column, finding.location.column);
  }
  std::string copy(text); // the lexer wants a terminator
  Inserter inserter(copy, reason, style);
  for (const auto &[number, line] : lines) inserter.add(number, line);
  return inserter.run();
}

Insertion addSuppressions(std::vector<Diagnostic> &findings, std::string_view reason, CommentStyle style,
                          std::vector<Problem> &problems) {
  std::map<std::string, std::vector<Diagnostic>> files;
  for (const Diagnostic &finding : findings)
    if (finding.rule != unusedSuppression && finding.rule != suppressionWithoutReason)
      files[finding.location.file].push_back(finding);
  Insertion result;
  std::set<std::string> done;
  for (const auto &[file, its] : files) {
    if (std::error_code error = rewrite(file, its, reason, style)) {
      problems.push_back({{file}, "suppressions cannot be added: " + error.message(), "check its permissions"});
      continue;
    }
    done.insert(file);
    result.findings += its.size();
    ++result.files;
  }
  llvm::erase_if(findings, [&](const Diagnostic &finding) {
    return finding.rule != unusedSuppression && finding.rule != suppressionWithoutReason && done.count(finding.location.file);
  });
  return result;
}

} // namespace coroguard
