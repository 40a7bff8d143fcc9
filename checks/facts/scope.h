// Which files belong to the project: only their functions are analysed, only in them is anything reported.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

/// A folder and the subfolders that are left out (globs are for configuration files; here are plain prefixes).
class ProjectScope {
public:
  explicit ProjectScope(std::string root, std::vector<std::string> excluded = {});

  /// The project around a file or folder: the outermost ancestor with a .coroguard.yaml, no further up than the nearest
  /// one with a .git or the index that a run of the command left in .coroguard/; else that; empty when there is neither.
  static std::string findMarked(std::string_view fileOrFolder);
  /// The same, or else the folder itself.
  static std::string findRoot(std::string_view fileOrFolder);

  /// For an absolute, normalised path. CMake's own probe and generated folders (CMakeFiles, _deps) never belong.
  bool contains(std::string_view path) const;
  const std::string &root() const { return folder; }
  const std::vector<std::string> &excludedFolders() const { return excluded; }

  /// Where `coroguard check` leaves the facts of the whole project for hosts that see one file at a time.
  std::string indexFile() const { return folder + "/.coroguard/index.facts"; }

private:
  std::string folder;
  std::vector<std::string> excluded;
};

} // namespace coroguard
