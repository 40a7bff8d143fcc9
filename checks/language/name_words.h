// Names of functions, whole and as the words that they are made of: runUntilDone and run_until_done are "run", "until",
// "done".
#pragma once
#include <clang/AST/Decl.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <string>

namespace coroguard {

/// In small letters, in their order.
inline llvm::SmallVector<std::string, 4> wordsOf(llvm::StringRef name) {
  llvm::SmallVector<std::string, 4> words;
  bool isNew = true;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!llvm::isAlnum(name[i])) {
      isNew = true;
      continue;
    }
    bool isUpper = name[i] >= 'A' && name[i] <= 'Z';
    bool followsSmall = i > 0 && !(name[i - 1] >= 'A' && name[i - 1] <= 'Z');
    bool beginsSmall = i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z'; // "IOLoop" is "io", "loop"
    if (isNew || (isUpper && (followsSmall || beginsSmall))) words.emplace_back();
    words.back().push_back(llvm::toLower(name[i]));
    isNew = false;
  }
  return words;
}

/// Is one of these words among those of the name?
inline bool hasWord(llvm::StringRef name, std::initializer_list<llvm::StringRef> wanted) {
  return llvm::any_of(wordsOf(name), [&](llvm::StringRef word) { return llvm::is_contained(wanted, word); });
}

/// Has the function, if there is one, one of these names? An operator has none.
inline bool isNamed(const clang::FunctionDecl *function, std::initializer_list<llvm::StringRef> names) {
  return function && function->getIdentifier() && llvm::is_contained(names, function->getName());
}

} // namespace coroguard
