#include "tool/clangd/rule_page.h"
#include "tool/clangd/file_url.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

constexpr llvm::StringRef site = COROGUARD_DOCS_URL;

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
    if (llvm::sys::fs::exists(folder + name)) return urlOfPath(folder + name);
  return {};
}

} // namespace coroguard
