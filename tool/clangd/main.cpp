// coroguard-clangd: clangd of this LLVM version with every rule inside.
#include "tool/intake/units.h"
#include <cstdlib>
#include <llvm/ADT/StringRef.h>
#include <string>
#include <vector>

namespace clang::clangd {
int clangdMain(int argc, char *argv[]); // no header of clangd is packaged
}

namespace {

bool namesResourceDir(llvm::StringRef text) { return text.contains("-resource-dir"); }

} // namespace

int main(int argc, char *argv[]) {
  std::vector<char *> arguments(argv, argv + argc);
  // clangd looks for Clang's own headers next to itself, where Debian's are not. What the user says counts.
  std::string resources = "--resource-dir=" + coroguard::resourceDirectory();
  const char *flags = std::getenv("CLANGD_FLAGS");
  bool isGiven = flags && namesResourceDir(flags);
  for (int i = 1; i < argc; ++i) isGiven |= namesResourceDir(argv[i]);
  if (!isGiven) arguments.push_back(resources.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  return clang::clangd::clangdMain(count, arguments.data());
}
