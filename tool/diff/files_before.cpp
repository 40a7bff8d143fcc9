#include "tool/diff/files_before.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace coroguard {

namespace path = llvm::sys::path;
using llvm::vfs::Status;

FilesBefore::FilesBefore(const Changes &changes, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> now)
    : ProxyFileSystem(std::move(now)), changes(changes), memory(new llvm::vfs::InMemoryFileSystem) {
  for (const auto &[file, old] : changes.before) names.insert(path::filename(file));
}

const std::string *FilesBefore::changedFile(const llvm::Twine &name) {
  llvm::SmallString<256> full;
  name.toVector(full);
  if (!names.contains(path::filename(full))) return nullptr;
  (void)makeAbsolute(full);
  path::remove_dots(full, /*remove_dot_dot=*/true);
  auto found = changes.before.find(std::string(full));
  llvm::SmallString<256> real;
  if (found == changes.before.end() && !ProxyFileSystem::getRealPath(full, real))
    found = changes.before.find(std::string(real));
  if (found == changes.before.end()) return nullptr;
  asked = true;
  return &found->first;
}

bool FilesBefore::load(const std::string &file) {
  auto [entry, isNew] = loaded.try_emplace(file, false);
  if (!isNew) return entry->second;
  std::optional<std::string> text = changes.contentBefore(file);
  if (text) memory->addFile(file, 0, llvm::MemoryBuffer::getMemBufferCopy(*text, file));
  return entry->second = text.has_value();
}

llvm::ErrorOr<Status> FilesBefore::status(const llvm::Twine &name) {
  const std::string *file = changedFile(name);
  if (!file) return ProxyFileSystem::status(name);
  if (!load(*file)) return std::make_error_code(std::errc::no_such_file_or_directory);
  auto status = memory->status(*file);
  if (!status) return status;
  return Status::copyWithNewName(*status, name);
}

llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> FilesBefore::openFileForRead(const llvm::Twine &name) {
  const std::string *file = changedFile(name);
  if (!file) return ProxyFileSystem::openFileForRead(name);
  if (!load(*file)) return std::make_error_code(std::errc::no_such_file_or_directory);
  return memory->openFileForRead(*file);
}

std::error_code FilesBefore::getRealPath(const llvm::Twine &name, llvm::SmallVectorImpl<char> &output) {
  const std::string *file = changedFile(name);
  if (!file) return ProxyFileSystem::getRealPath(name, output);
  if (!load(*file)) return std::make_error_code(std::errc::no_such_file_or_directory);
  output.assign(file->begin(), file->end());
  return {};
}

} // namespace coroguard
