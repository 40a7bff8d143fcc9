// What a front end run asked of the file system, and what it was told. A later run with the same command that would be
// told the same comes to the same result: files that were read, and just as well those that were not there.
#pragma once
#include "tool/cache/digest.h"
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

enum class FileKind : uint8_t {
  Missing,
  Present, // it exists; what it is nobody asked
  File,
  Folder,
};

/// All that was asked about one absolute path, which is spelt as it was asked for.
struct Dependency {
  std::string path;
  FileKind kind = FileKind::Missing;
  std::optional<Digest> content;  // of a file that was read: its bytes and its real path, which places name
  std::optional<Digest> listing;  // of a folder whose entries were asked for
  std::optional<Digest> realPath; // when it was asked for by itself
  bool operator==(const Dependency &) const = default;
};

class Recording {
public:
  /// `answer` joins what is known of its path. Two answers that contradict each other make the recording useless: the
  /// file has changed meanwhile.
  void add(Dependency answer);
  /// Something was asked whose answer cannot be compared later, such as a file without permission to read it.
  void giveUp() { useful = false; }

  bool isUseful() const { return useful; }
  /// Sorted by path.
  std::vector<Dependency> dependencies() const;

private:
  std::map<std::string, Dependency, std::less<>> known;
  bool useful = true;
};

/// Sorted dependencies <-> bytes. Nothing when they are not what `encode` made.
std::string encode(const std::vector<Dependency> &sorted);
std::optional<std::vector<Dependency>> decodeDependencies(std::string_view bytes);

/// What `Dependency::content` is.
Digest contentDigest(std::string_view bytes, std::string_view realPath);
/// The same when the bytes' own digest is known.
Digest contentDigest(const Digest &bytes, std::string_view realPath);
/// What `Dependency::listing` is. The order of the names does not matter.
Digest listingDigest(std::vector<std::string> names);

} // namespace coroguard
