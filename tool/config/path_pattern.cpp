#include "tool/config/path_pattern.h"
#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/GlobPattern.h>

namespace coroguard {
namespace {

using llvm::StringRef;

constexpr unsigned mostBraces = 64; // {a,b}{c,d}... multiplies

bool matchesSegment(StringRef pattern, StringRef name) {
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(pattern, mostBraces);
  if (glob) return glob->match(name);
  llvm::consumeError(glob.takeError());
  return false;
}

bool matchesFrom(llvm::ArrayRef<std::string> pattern, llvm::ArrayRef<StringRef> path, bool isFolder) {
  if (pattern.empty()) return !path.empty() || !isFolder; // what is left of the path lies below
  if (pattern.front() == "**") {
    if (pattern.size() == 1) return !path.empty();
    for (size_t skipped = 0; skipped <= path.size(); ++skipped)
      if (matchesFrom(pattern.drop_front(), path.drop_front(skipped), isFolder)) return true;
    return false;
  }
  return !path.empty() && matchesSegment(pattern.front(), path.front()) &&
         matchesFrom(pattern.drop_front(), path.drop_front(), isFolder);
}

llvm::SmallVector<StringRef> splitPath(StringRef path) {
  llvm::SmallVector<StringRef> parts;
  path.split(parts, '/', -1, /*KeepEmpty=*/false);
  llvm::erase_if(parts, [](StringRef part) { return part == "."; });
  return parts;
}

} // namespace

std::string PathPattern::fault(std::string_view text) {
  StringRef pattern(text);
  if (pattern.starts_with("!")) return "a pattern cannot begin with '!'";
  unsigned anyDepth = 0;
  for (StringRef segment : splitPath(pattern)) {
    if (segment == "..") return "a pattern cannot leave its folder with '..'";
    if (segment == "**" && ++anyDepth > 4) return "a pattern with more than four '**'";
    llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(segment, mostBraces);
    if (!glob) return "not a pattern: " + llvm::toString(glob.takeError());
  }
  return splitPath(pattern).empty() ? "a pattern without a name" : "";
}

PathPattern::PathPattern(std::string_view text) : written(text) {
  StringRef pattern(text);
  isFolder = pattern.ends_with("/");
  if (!pattern.rtrim('/').contains('/')) segments.emplace_back("**");
  for (StringRef segment : splitPath(pattern)) segments.push_back(segment.str());
}

bool PathPattern::matches(std::string_view path) const {
  llvm::SmallVector<StringRef> parts = splitPath(path);
  return matchesFrom(segments, parts, isFolder);
}

} // namespace coroguard
