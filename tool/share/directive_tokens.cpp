#include "tool/share/directive_tokens.h"
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>

namespace coroguard {

void forEachTokenOfLine(clang::SourceLocation begin, const clang::Preprocessor &preprocessor,
                        llvm::function_ref<void(const clang::Token &)> each) {
  const clang::SourceManager &sources = preprocessor.getSourceManager();
  auto [file, offset] = sources.getDecomposedLoc(sources.getExpansionLoc(begin));
  llvm::StringRef text = sources.getBufferData(file);
  clang::Lexer lexer(sources.getLocForStartOfFile(file), preprocessor.getLangOpts(), text.begin(), text.begin() + offset, text.end());
  clang::Token token;
  for (bool isFirst = true;; isFirst = false) {
    lexer.LexFromRawLexer(token);
    if (token.is(clang::tok::eof) || (token.isAtStartOfLine() && !isFirst)) return;
    each(token);
  }
}

} // namespace coroguard
