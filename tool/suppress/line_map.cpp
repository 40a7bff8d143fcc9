#include "tool/suppress/line_map.h"
#include <algorithm>
#include <clang/Basic/LangOptions.h>
#include <clang/Basic/LangStandard.h>
#include <clang/Lex/Lexer.h>
#include <llvm/TargetParser/Triple.h>

namespace coroguard {
namespace {

clang::LangOptions newestCpp() {
  clang::LangOptions options;
  std::vector<std::string> includes;
  clang::LangOptions::setLangDefaults(options, clang::Language::CXX, llvm::Triple("x86_64-unknown-linux-gnu"), includes,
                                      clang::LangStandard::lang_cxx23);
  return options;
}

} // namespace

LineMap::LineMap(llvm::StringRef text) : text(text), windows(text.contains("\r\n")) {
  size_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (begin <= text.size()) {
    size_t mark = std::min(text.find('\n', begin), text.size());
    size_t end = mark > begin && mark < text.size() && text[mark - 1] == '\r' ? mark - 1 : mark;
    Line line{.begin = begin, .end = end};
    line.indent = std::min(text.find_first_not_of(" \t", begin), end);
    llvm::StringRef last = text.slice(begin, end).rtrim(" \t");
    line.endsInToken = last.ends_with("\\"); // continued
    if (!lines.empty()) line.startsInToken = lines.back().endsInToken;
    lines.push_back(line);
    begin = mark + 1;
  }
  clang::LangOptions options = newestCpp();
  clang::Lexer lexer(clang::SourceLocation(), options, text.begin(), text.begin(), text.end());
  lexer.SetCommentRetentionState(true);
  clang::Token token;
  for (bool atEnd = false; !atEnd;) {
    atEnd = lexer.LexFromRawLexer(token);
    size_t stop = size_t(lexer.getBufferLocation() - text.begin()), start = stop - token.getLength();
    if (token.getLength() == 0) continue;
    size_t first = lineAt(start), last = lineAt(stop - 1);
    for (size_t i = first; i < last; ++i) lines[i].endsInToken = lines[i + 1].startsInToken = true;
    llvm::StringRef spelling = text.slice(start, stop);
    if (!token.is(clang::tok::comment) || !spelling.starts_with("//")) continue;
    lines[last].endsWithComment = true;
    lines[last].comment = spelling;
    lines[last].isOnlyComment = start == lines[last].indent;
  }
}

size_t LineMap::lineAt(size_t offset) const {
  auto above = std::upper_bound(lines.begin(), lines.end(), offset, [](size_t at, const Line &line) { return at < line.begin; });
  return above == lines.begin() ? 0 : size_t(above - lines.begin()) - 1;
}

} // namespace coroguard
