// The text of a directive, as it is written.
#pragma once
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/STLFunctionalExtras.h>

namespace coroguard {

/// The tokens from `begin` to the end of its line (of the lines, where they are continued), unexpanded.
void forEachTokenOfLine(clang::SourceLocation begin, const clang::Preprocessor &preprocessor,
                        llvm::function_ref<void(const clang::Token &)> each);

} // namespace coroguard
