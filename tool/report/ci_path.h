// Names of files as a CI service wants them: relative to the folder where it checked out the repository. Header only, as
// every .cpp of this folder is a report format.
#pragma once
#include "tool/report/source_text.h"
#include <cstdlib>

namespace coroguard {

/// Relative to the service's checkout when the file is below it, else to the current folder, else as it is.
inline std::string ciPath(const std::string &file, const char *checkoutVariable, const SourceText &source) {
  const char *value = std::getenv(checkoutVariable);
  llvm::SmallString<256> checkout;
  llvm::StringRef rest = file;
  bool isBelow = value && *value && !llvm::sys::fs::real_path(value, checkout) && rest.consume_front(checkout) &&
                 rest.consume_front("/") && !rest.empty();
  return (isBelow ? rest : source.displayName(file)).str();
}

} // namespace coroguard
