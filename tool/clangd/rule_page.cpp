#include "tool/clangd/rule_page.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

constexpr llvm::StringRef site = COROGUARD_DOCS_URL;

std::string fileUrl(llvm::StringRef path) {
  std::string url = "file://";
  for (char letter : path) {
    if (llvm::isAlnum(letter) || llvm::StringRef("/-._~").contains(letter))
      url += letter;
    else
      url += "%" + llvm::toHex(llvm::StringRef(&letter, 1));
  }
  return url;
}

/// Installed: PREFIX/bin/coroguard-clangd and PREFIX/share/doc/coroguard/rules; else the source tree it was built from.
std::string installedPages() {
  std::string program = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  llvm::SmallString<256> folder(llvm::sys::path::parent_path(llvm::sys::path::parent_path(program)));
  llvm::sys::path::append(folder, "share", "doc", "coroguard", "rules");
  return std::string(folder);
}

} // namespace

std::string linkToPage(const std::string &rule) {
  std::string name = "/" + rule + ".md";
  if (!site.empty()) return site.str() + "/rules" + name;
  static const std::string folders[] = {installedPages(), COROGUARD_RULE_PAGES};
  for (const std::string &folder : folders)
    if (llvm::sys::fs::exists(folder + name)) return fileUrl(folder + name);
  return {};
}

} // namespace coroguard
