#include "tool/fix/unified_diff.h"
#include "tool/fix/plan.h"
#include <algorithm>

namespace coroguard {
namespace {

constexpr size_t context = 3;

/// Whole lines of the old text, and the text that takes their place. Lines count from 0, `end` is behind the last.
struct Change {
  size_t begin = 0, end = 0;
  std::vector<Edit> edits;
};

/// Edits that share a line are one change.
std::vector<Change> changesOf(const std::vector<Edit> &edits, size_t lines) {
  std::vector<Change> changes;
  for (const Edit &edit : edits) {
    size_t first = edit.begin.line - 1, end = std::min<size_t>(edit.end.line, lines);
    if (edit.end.column == 1 && edit.end.line > edit.begin.line && edit.text.empty() && edit.begin.column == 1)
      end = edit.end.line - 1; // whole lines go
    if (changes.empty() || first >= changes.back().end) changes.push_back({first, end, {}});
    changes.back().end = std::max(changes.back().end, end);
    changes.back().edits.push_back(edit);
  }
  return changes;
}

class DiffWriter {
public:
  explicit DiffWriter(std::string_view before) : text(before), starts(lineStarts(before)) {
    if (starts.back() == text.size() && starts.size() > 1) starts.pop_back(); // no line behind the last line end
  }

  std::string write(const std::vector<Edit> &edits) {
    std::vector<Change> changes = changesOf(edits, starts.size());
    for (size_t i = 0; i < changes.size();) {
      size_t next = i + 1;
      while (next < changes.size() && changes[next].begin <= changes[next - 1].end + 2 * context) ++next;
      writeHunk({changes.begin() + i, changes.begin() + next});
      i = next;
    }
    return out;
  }

private:
  std::string_view lines(size_t begin, size_t end) const {
    size_t from = begin < starts.size() ? starts[begin] : text.size();
    size_t to = end < starts.size() ? starts[end] : text.size();
    return text.substr(from, to - from);
  }

  /// The lines of the change as they will be.
  std::string changed(const Change &change) const {
    std::vector<Edit> shifted = change.edits;
    for (Edit &edit : shifted) edit.begin.line -= change.begin, edit.end.line -= change.begin;
    return applyEdits(lines(change.begin, change.end), shifted).value_or(std::string());
  }

  static size_t countLines(std::string_view part) {
    if (part.empty()) return 0;
    return std::count(part.begin(), part.end(), '\n') + (part.back() != '\n');
  }

  static void append(std::string &to, char mark, std::string_view part) {
    while (!part.empty()) {
      size_t size = std::min(part.find('\n'), part.size() - 1) + 1;
      to += mark;
      to += part.substr(0, size);
      if (part[size - 1] != '\n') to += "\n\\ No newline at end of file\n";
      part.remove_prefix(size);
    }
  }

  void writeHunk(const std::vector<Change> &changes) {
    size_t first = changes.front().begin - std::min(changes.front().begin, context);
    size_t last = std::min(changes.back().end + context, starts.size());
    std::string body;
    size_t done = first, added = 0, removed = 0;
    for (const Change &change : changes) {
      std::string after = changed(change);
      append(body, ' ', lines(done, change.begin));
      append(body, '-', lines(change.begin, change.end));
      append(body, '+', after);
      removed += change.end - change.begin;
      added += countLines(after);
      done = change.end;
    }
    append(body, ' ', lines(done, last));
    size_t oldCount = last - first, newCount = oldCount - removed + added;
    auto range = [](size_t line, size_t count) { return std::to_string(line + (count > 0)) + "," + std::to_string(count); };
    out += "@@ -" + range(first, oldCount) + " +" + range(first + shift, newCount) + " @@\n" + body;
    shift += newCount - oldCount; // may go below 0 and comes back: it wraps
  }

  std::string_view text;
  std::vector<size_t> starts;
  std::string out;
  size_t shift = 0;
};

} // namespace

std::string unifiedDiff(const std::string &name, std::string_view before, const std::vector<Edit> &edits) {
  return "--- a/" + name + "\n+++ b/" + name + "\n" + DiffWriter(before).write(edits);
}

} // namespace coroguard
