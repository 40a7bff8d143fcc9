// The include directives that a file surely obeys, read without a preprocessor.
#pragma once
#include <llvm/ADT/StringRef.h>
#include <string>
#include <vector>

namespace coroguard {

struct IncludeLine {
  std::string name;
  bool isAngled = false;
  bool operator==(const IncludeLine &) const = default;
};

struct IncludeLines {
  std::vector<IncludeLine> lines;
  bool isGuarded = false; // a second inclusion of the file adds nothing
  bool isWhole = true;    // false: something stood there that cannot be read for sure, and `lines` ends before it
};

/// The includes outside of braces and of conditionals, the file's own guard apart. What stands in a conditional may be
/// obeyed or not, and is left out.
IncludeLines surelyObeyed(llvm::StringRef text);

/// Every include directive that stands in the text, obeyed or not.
std::vector<IncludeLine> allWritten(llvm::StringRef text);

} // namespace coroguard
