#include "tool/fix/plan.h"
#include <algorithm>
#include <llvm/ADT/STLExtras.h>

namespace coroguard {
namespace {

const Fix *fixOf(const Diagnostic &diagnostic, bool withUnsafe) {
  for (const Fix &fix : diagnostic.fixes)
    if ((fix.isSafe || withUnsafe) && !fix.edits.empty()) return &fix;
  return nullptr;
}

/// Two that start at one place overlap too: which text would come first?
bool overlap(const Edit &a, const Edit &b) {
  return a.begin == b.begin || (a.begin < b.end && b.begin < a.end);
}

bool fits(const Fix &fix, const FileEdits &taken) {
  return llvm::none_of(fix.edits, [&](const Edit &edit) {
    return llvm::any_of(taken.edits, [&](const Edit &other) { return overlap(edit, other); });
  });
}

std::optional<size_t> offsetOf(const Location &location, std::string_view text, const std::vector<size_t> &starts) {
  if (location.line == 0 || location.column == 0 || location.line > starts.size()) return std::nullopt;
  size_t offset = starts[location.line - 1] + location.column - 1;
  size_t end = location.line < starts.size() ? starts[location.line] - 1 : text.size();
  // Where the next line starts is no place of this one.
  return offset <= end ? std::optional(offset) : std::nullopt;
}

} // namespace

FixPlan planFixes(const std::vector<Diagnostic> &diagnostics, bool withUnsafe,
                  llvm::function_ref<bool(const Fix &)> isWanted) {
  FixPlan plan;
  for (const Diagnostic &diagnostic : diagnostics) {
    const Fix *fix = fixOf(diagnostic, withUnsafe);
    if (!fix) continue;
    const std::string &file = fix->edits.front().begin.file;
    auto known = plan.find(file);
    bool isKnown = known != plan.end();
    auto isThere = [&](const Edit &edit) { return llvm::is_contained(known->second.edits, edit); };
    bool isDone = isKnown && llvm::all_of(fix->edits, isThere);
    if (isKnown && !isDone && !fits(*fix, known->second)) continue;
    if (!isDone && !isWanted(*fix)) continue;
    FileEdits &edits = plan[file];
    if (!isDone) llvm::append_range(edits.edits, fix->edits);
    ++edits.findings;
  }
  for (auto &[file, edits] : plan) llvm::sort(edits.edits);
  return plan;
}

std::vector<size_t> lineStarts(std::string_view text) {
  std::vector<size_t> starts{0};
  for (size_t i = 0; i < text.size(); ++i) {
    bool isPairsFirst = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n' || (text[i] == '\r' && !isPairsFirst)) starts.push_back(i + 1);
  }
  return starts;
}

std::optional<std::string> applyEdits(std::string_view text, const std::vector<Edit> &edits) {
  std::vector<size_t> starts = lineStarts(text);
  std::string result;
  size_t done = 0;
  for (const Edit &edit : edits) {
    std::optional<size_t> begin = offsetOf(edit.begin, text, starts), end = offsetOf(edit.end, text, starts);
    if (!begin || !end || *begin < done || *end < *begin) return std::nullopt;
    result += text.substr(done, *begin - done);
    result += edit.text;
    done = *end;
  }
  result += text.substr(done);
  return result;
}

} // namespace coroguard
