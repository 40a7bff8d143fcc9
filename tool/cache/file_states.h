// The present answers to what a recording asked, each found out once per run however many units ask.
#pragma once
#include "tool/cache/recording.h"
#include <llvm/ADT/StringMap.h>

namespace coroguard {

/// What tells whether a file was written to, without reading it.
struct FileStamp {
  uint64_t device = 0, inode = 0, size = 0;
  int64_t modified = 0, changed = 0; // nanoseconds
  auto operator<=>(const FileStamp &) const = default;
};

class FileStates {
public:
  /// Is this still what the file system says?
  bool hold(const Dependency &dependency);

  /// The digests of files by their stamps, for a later run: whose stamp is the same need not be read again. Bytes that
  /// are not of this shape are none.
  void restore(std::string_view bytes);
  /// Empty when a later run would learn nothing that `restore` has not brought already.
  std::string save() const;

private:
  struct State {
    FileKind kind = FileKind::Missing;
    FileStamp stamp;
    std::optional<Digest> content, listing, realPath; // found out when somebody asks
  };
  struct Hashed {
    FileStamp stamp;
    Digest bytes;
    bool isFresh = false; // from this run
  };

  State &stateOf(const std::string &path);
  std::optional<Digest> contentOf(const std::string &path, const FileStamp &stamp);
  std::optional<Digest> bytesOf(const std::string &path, const FileStamp &stamp);

  llvm::StringMap<State> states;
  llvm::StringMap<Hashed> hashes;
  bool hasNews = false;
};

} // namespace coroguard
