// An entry is a file: a version line, the bytes, and a digest of both and of the name, so that an entry that was
// truncated, altered or renamed is none.
#include "tool/cache/entry_store.h"
#include "tool/cache/digest.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <sys/stat.h>
#include <unistd.h>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;

constexpr std::string_view versionLine = "coroguard-cache 1\n";
constexpr size_t digestSize = sizeof(Digest);
constexpr time_t usedRecently = 24 * 60 * 60; // a use within a day of the last one is not written down

Digest sealOf(const std::string &name, std::string_view content) {
  return DigestOfMany().add(name).add(digestOf(content).view()).result();
}

/// The file's time is that of its last use; `prune` goes by it.
void noteUse(const std::string &file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) == 0 && info.st_mtime + usedRecently < time(nullptr))
    utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
}

std::error_code writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return {errno, std::generic_category()};
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

} // namespace

std::optional<std::string> EntryStore::get(const std::string &name) const {
  std::string file = folder + "/" + name;
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (!buffer) return std::nullopt;
  std::string_view text((*buffer)->getBuffer());
  if (!text.starts_with(versionLine) || text.size() < versionLine.size() + digestSize) return std::nullopt;
  std::string_view content = text.substr(0, text.size() - digestSize);
  if (text.substr(content.size()) != sealOf(name, content).view()) return std::nullopt;
  noteUse(file);
  return std::string(content.substr(versionLine.size()));
}

std::string EntryStore::put(const std::string &name, std::string_view bytes) const {
  std::string content = std::string(versionLine).append(bytes);
  content += sealOf(name, content).view();
  return replaceFile(folder + "/" + name, content);
}

std::string replaceFile(const std::string &file, std::string_view bytes) {
  if (std::error_code error = fs::create_directories(llvm::sys::path::parent_path(file))) return error.message();
  llvm::SmallString<256> temporary;
  int descriptor = -1;
  if (std::error_code error = fs::createUniqueFile(file + ".tmp-%%%%%%%%", descriptor, temporary)) return error.message();
  std::error_code error = writeAll(descriptor, bytes);
  if (::close(descriptor) != 0 && !error) error = {errno, std::generic_category()}; // a network's disk may be full only now
  if (!error) error = fs::rename(temporary, file);
  if (error) (void)fs::remove(temporary);
  return error ? error.message() : std::string();
}

} // namespace coroguard
