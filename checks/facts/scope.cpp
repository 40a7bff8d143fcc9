#include "facts/scope.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace path = llvm::sys::path;

namespace {

bool isBelow(llvm::StringRef file, llvm::StringRef folder) {
  return file.consume_front(folder) && (file.empty() || folder.ends_with("/") || file.starts_with("/"));
}

bool marksProject(llvm::StringRef folder) {
  llvm::SmallString<128> marker(folder);
  path::append(marker, ".coroguard.yaml");
  if (llvm::sys::fs::exists(marker)) return true;
  path::remove_filename(marker);
  path::append(marker, ".git");
  return llvm::sys::fs::exists(marker);
}

} // namespace

ProjectScope::ProjectScope(std::string root, std::vector<std::string> excluded)
    : folder(std::move(root)), excluded(std::move(excluded)) {}

std::string ProjectScope::findRoot(std::string_view fileOrFolder) {
  llvm::StringRef start(fileOrFolder);
  if (!llvm::sys::fs::is_directory(start)) start = path::parent_path(start);
  for (llvm::StringRef folder = start; !folder.empty(); folder = path::parent_path(folder))
    if (marksProject(folder)) return folder.str();
  return start.str();
}

bool ProjectScope::contains(std::string_view file) const {
  llvm::StringRef name(file);
  if (!isBelow(name, folder)) return false;
  for (const std::string &prefix : excluded)
    if (isBelow(name, prefix)) return false;
  llvm::StringRef inside = name.drop_front(folder.size());
  return !inside.contains("/CMakeFiles/") && !inside.contains("/_deps/");
}

} // namespace coroguard
