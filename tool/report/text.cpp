// Clang's own shape, for people and for everything that parses compiler output.
#include "tool/report/reporter.h"
#include "tool/report/source_text.h"
#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/Format.h>
#include <llvm/Support/Unicode.h>
#include <set>

namespace coroguard {
namespace {

using llvm::raw_ostream;
using llvm::StringRef;

constexpr size_t tabStop = 8;
// A chain of more notes than this is shown by its first and last ones; the other formats have all of them.
constexpr size_t mostNotes = 24, firstNotes = 12, lastNotes = 8;
constexpr size_t widestSnippet = 160; // columns; longer lines are cut around the caret

size_t widthOf(StringRef text) {
  int width = llvm::sys::unicode::columnWidthUTF8(text);
  return width < 0 ? text.size() : static_cast<size_t>(width);
}

bool isContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Tabs as spaces, other control characters harmless: a source file does not talk to the terminal.
std::string printable(StringRef line, size_t column = 0) {
  std::string result;
  for (char c : line) {
    if (c == '\t')
      result.append(tabStop - (column + widthOf(result)) % tabStop, ' ');
    else
      result += llvm::isPrint(c) || (static_cast<unsigned char>(c) & 0x80) ? c : '?';
  }
  return result;
}

/// A source line as it is printed, and where the caret goes below it.
struct Snippet {
  std::string text;
  size_t caret = 0;
};

Snippet snippetOf(StringRef line, unsigned column) {
  size_t offset = std::min<size_t>(column == 0 ? 0 : column - 1, line.size());
  while (offset > 0 && offset < line.size() && isContinuation(line[offset])) --offset;
  std::string before = printable(line.take_front(offset));
  Snippet snippet{before + printable(line.drop_front(offset), widthOf(before)), widthOf(before)};
  if (snippet.text.size() <= widestSnippet) return snippet;
  size_t from = before.size() > widestSnippet / 2 ? before.size() - widestSnippet / 2 : 0;
  size_t to = std::min(snippet.text.size(), from + widestSnippet);
  while (from > 0 && isContinuation(snippet.text[from])) --from;
  while (to < snippet.text.size() && isContinuation(snippet.text[to])) ++to;
  std::string head = from > 0 ? "..." : "", tail = to < snippet.text.size() ? "..." : "";
  snippet.caret = head.size() + widthOf(StringRef(before).drop_front(from));
  snippet.text = head + snippet.text.substr(from, to - from) + tail;
  return snippet;
}

class TextWriter {
public:
  TextWriter(const Report &report, raw_ostream &out) : report(report), out(out) {
    out.enable_colors(report.color);
  }

  void run() {
    for (const Diagnostic &diagnostic : report.diagnostics) write(diagnostic);
    for (const Problem &problem : report.problems) write(problem);
    writeSummary();
  }

private:
  using Colors = raw_ostream::Colors;

  void colored(Colors color, bool bold, const llvm::Twine &text) {
    if (report.color) out.changeColor(color, bold);
    out << text;
    if (report.color) out.resetColor();
  }

  void writeHead(const Location &location, StringRef kind, Colors color, const llvm::Twine &message) {
    std::string place = source.displayName(location.file).str();
    if (place.empty()) place = "coroguard";
    if (location.line > 0)
      place += ":" + std::to_string(location.line) + ":" + std::to_string(location.column);
    colored(Colors::SAVEDCOLOR, true, place + ": ");
    colored(color, true, kind + ": ");
    colored(Colors::SAVEDCOLOR, kind != "note", message);
    out << '\n';
  }

  void writeSnippet(const Location &location) {
    StringRef line = source.line(location);
    if (line.trim().empty()) return;
    Snippet snippet = snippetOf(line, location.column);
    out << llvm::format("%5u | ", location.line) << StringRef(snippet.text).rtrim() << '\n';
    if (location.column == 0) return;
    out << "      | " << std::string(snippet.caret, ' ');
    colored(Colors::GREEN, true, "^");
    out << '\n';
  }

  void write(const Diagnostic &diagnostic) {
    auto [kind, color] = kindOf(diagnostic.severity);
    writeHead(diagnostic.location, kind, color, diagnostic.message + " [" + diagnostic.rule + "]");
    writeSnippet(diagnostic.location);
    llvm::ArrayRef<Note> notes = diagnostic.notes;
    if (notes.size() <= mostNotes) return write(notes);
    write(notes.take_front(firstNotes));
    size_t left = notes.size() - firstNotes - lastNotes;
    writeHead(diagnostic.location, "note", Colors::CYAN, std::to_string(left) + " more steps left out");
    write(notes.take_back(lastNotes));
  }

  void write(llvm::ArrayRef<Note> notes) {
    for (const Note &note : notes) {
      writeHead(note.location, "note", Colors::CYAN, note.message);
      writeSnippet(note.location);
    }
  }

  void write(const Problem &problem) {
    writeHead(problem.location, "error", Colors::RED, sentence(problem));
  }

  /// As Clang calls and colours them.
  static std::pair<StringRef, Colors> kindOf(Severity severity) {
    if (severity == Severity::Info) return {"remark", Colors::BLUE};
    return {wordOf(severity), severity == Severity::Error ? Colors::RED : Colors::MAGENTA};
  }

  static std::string counted(size_t count, StringRef noun) {
    return std::to_string(count) + " " + noun.str() + (count == 1 ? "" : "s");
  }

  void writeSummary() {
    std::set<StringRef> files;
    for (const Diagnostic &diagnostic : report.diagnostics) files.insert(diagnostic.location.file);
    if (report.diagnostics.empty())
      out << "no findings";
    else
      out << counted(report.diagnostics.size(), "finding") << " in " << counted(files.size(), "file");
    out << " (" << counted(report.units, "translation unit") << " analysed)";
    size_t safe = 0, unsafe = 0;
    for (const Diagnostic &diagnostic : report.diagnostics) {
      if (diagnostic.fixes.empty()) continue;
      bool isSafe = llvm::any_of(diagnostic.fixes, [](const Fix &fix) { return fix.isSafe; });
      ++(isSafe ? safe : unsafe);
    }
    if (report.fixed > 0) out << ", " << report.fixed << " fixed";
    if (safe > 0) out << ", " << safe << " fixable with --fix";
    if (unsafe > 0) out << ", " << unsafe << " fixable with --fix --unsafe-fixes";
    if (!report.problems.empty()) out << ", " << counted(report.problems.size(), "problem");
    out << '\n';
  }

  const Report &report;
  raw_ostream &out;
  SourceText source;
};

} // namespace

Reporter textReporter() {
  return {"text", [](const Report &report, raw_ostream &out) { TextWriter(report, out).run(); }};
}

} // namespace coroguard
