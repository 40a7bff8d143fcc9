#include "facts/source_files.h"
#include <clang/Basic/SourceManager.h>

namespace coroguard {

const SourceFiles::File &SourceFiles::of(clang::FileID id) {
  auto [entry, isNew] = files.try_emplace(id);
  auto file = isNew ? sources->getFileEntryRefForID(id) : std::nullopt;
  if (!file) return entry->second;
  llvm::StringRef path = file->getFileEntry().tryGetRealPathName();
  if (path.empty()) path = file->getName();
  bool isSystem = clang::SrcMgr::isSystem(sources->getFileCharacteristic(sources->getLocForStartOfFile(id)));
  entry->second = {path.str(), !isSystem && scope->contains(path)};
  return entry->second;
}

bool SourceFiles::inProject(clang::SourceLocation location) {
  return location.isValid() && of(sources->getFileID(sources->getExpansionLoc(location))).inProject;
}

} // namespace coroguard
