#include "facts/scope.h"
#include <llvm/ADT/STLExtras.h>
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

bool holds(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<128> marker(folder);
  path::append(marker, name);
  return llvm::sys::fs::exists(marker);
}

} // namespace

ProjectScope::ProjectScope(std::string root, std::vector<std::string> excluded)
    : folder(std::move(root)), excluded(std::move(excluded)) {}

static llvm::StringRef folderOf(std::string_view fileOrFolder) {
  llvm::StringRef name(fileOrFolder);
  return llvm::sys::fs::is_directory(name) ? name : path::parent_path(name);
}

/// A configuration in a subfolder is about the files there and makes no project of its own.
std::string ProjectScope::findMarked(std::string_view fileOrFolder) {
  llvm::StringRef configured;
  for (llvm::StringRef folder = folderOf(fileOrFolder); folder.size() > 1; folder = path::parent_path(folder)) {
    if (holds(folder, ".coroguard.yaml")) configured = folder;
    if (holds(folder, ".git") || holds(folder, ".coroguard")) return (configured.empty() ? folder : configured).str();
  }
  return configured.str();
}

std::string ProjectScope::findRoot(std::string_view fileOrFolder) {
  std::string marked = findMarked(fileOrFolder);
  return marked.empty() ? folderOf(fileOrFolder).str() : marked;
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
