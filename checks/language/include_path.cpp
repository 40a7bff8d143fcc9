#include "language/include_path.h"
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/Path.h>

namespace coroguard {

std::vector<std::string> includeFolders(const clang::Preprocessor &preprocessor) {
  std::vector<std::string> folders;
  const clang::HeaderSearch &search = preprocessor.getHeaderSearchInfo();
  for (const clang::DirectoryLookup &entry : search.search_dir_range()) {
    if (!entry.isNormalDir()) continue;
    llvm::SmallString<256> folder(entry.getName());
    search.getFileMgr().makeAbsolutePath(folder);
    llvm::sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
    folders.emplace_back(folder);
  }
  return folders;
}

} // namespace coroguard
