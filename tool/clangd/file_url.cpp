#include "tool/clangd/file_url.h"
#include <llvm/ADT/StringExtras.h>

namespace coroguard {

std::string urlOfPath(llvm::StringRef path) {
  std::string url = "file://";
  for (char letter : path) {
    if (llvm::isAlnum(letter) || llvm::StringRef("/-._~").contains(letter))
      url += letter;
    else
      url += "%" + llvm::toHex(llvm::StringRef(&letter, 1));
  }
  return url;
}

std::string pathOfUrl(llvm::StringRef url) {
  if (!url.consume_front("file://")) return {};
  std::string path;
  while (!url.empty()) {
    bool isEncoded = url.size() > 2 && url[0] == '%' && llvm::isHexDigit(url[1]) && llvm::isHexDigit(url[2]);
    path += isEncoded ? static_cast<char>(llvm::hexFromNibbles(url[1], url[2])) : url[0];
    url = url.drop_front(isEncoded ? 3 : 1);
  }
  return path;
}

} // namespace coroguard
