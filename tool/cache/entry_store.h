// Named entries in a folder: each is there in whole and as it was written, or not there.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace coroguard {

class EntryStore {
public:
  explicit EntryStore(std::string folder) : folder(std::move(folder)) {}

  const std::string &path() const { return folder; }

  /// The bytes that `put` stored under this name. Whatever is wrong with the file, it is no entry.
  std::optional<std::string> get(const std::string &name) const;

  /// Replaces the entry in one step; readers see the old one or the new one. Returns why that was not possible, or
  /// nothing. May be called from several processes.
  std::string put(const std::string &name, std::string_view bytes) const;

private:
  std::string folder;
};

/// Writes a file in one step, and its folder if need be. Returns why that was not possible, or nothing.
std::string replaceFile(const std::string &file, std::string_view bytes);

/// The subfolders whose entries are named by digests: all others stay.
inline constexpr const char *entryFolders[] = {"units", "results"};

/// Deletes the entries of these subfolders that were not used for the longest time until the rest is below `mostBytes`, and
/// what an interrupted run left behind.
void prune(const std::string &folder, uint64_t mostBytes);

} // namespace coroguard
