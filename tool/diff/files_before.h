// The file system as it was: changed files have their old content, new ones are not there, deleted ones are.
#pragma once
#include "tool/diff/changes.h"
#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace coroguard {

class FilesBefore : public llvm::vfs::ProxyFileSystem {
public:
  FilesBefore(const Changes &changes, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> now);

  /// Has anybody asked for a file that is different now?
  bool wasAsked() const { return asked; }

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &path) override;
  bool exists(const llvm::Twine &path) override { return bool(status(path)); }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &path) override;
  std::error_code getRealPath(const llvm::Twine &path, llvm::SmallVectorImpl<char> &output) override;

private:
  /// The path in `changes` that this one means, if any.
  const std::string *changedFile(const llvm::Twine &path);
  /// Puts the old content into `memory`; false when the file was not there.
  bool load(const std::string &file);

  const Changes &changes;
  llvm::StringSet<> names; // last parts of changed paths: others need no closer look
  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> memory;
  std::map<std::string, bool> loaded;
  bool asked = false;
};

} // namespace coroguard
