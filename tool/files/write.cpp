#include "tool/files/write.h"
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace coroguard {
namespace {

std::error_code lastError() { return {errno, std::generic_category()}; }

std::error_code writeAll(int descriptor, std::string_view content) {
  while (!content.empty()) {
    ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return lastError();
    content.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

std::error_code writeInto(const std::string &file, std::string_view content) {
  int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return lastError();
  std::error_code error = writeAll(descriptor, content);
  if (close(descriptor) != 0 && !error) error = lastError();
  return error;
}

/// A temporary file next to it takes its name. `like`: whose mode and owner it has; none for a new file.
std::error_code renameOnto(const std::string &target, std::string_view content, const std::optional<struct stat> &like) {
  llvm::SmallString<256> temporary;
  int descriptor = -1;
  if (auto error = llvm::sys::fs::createUniqueFile(target + ".coroguard-%%%%%%", descriptor, temporary)) return error;
  std::error_code error = writeAll(descriptor, content);
  if (!error && fsync(descriptor) != 0) error = lastError();
  if (!error && like && fchmod(descriptor, like->st_mode & 07777) != 0) error = lastError();
  if (!error && like && like->st_uid != geteuid() && fchown(descriptor, like->st_uid, like->st_gid) != 0) error = lastError();
  if (close(descriptor) != 0 && !error) error = lastError(); // a network's disk may be full only now
  if (!error && std::rename(temporary.c_str(), target.c_str()) != 0) error = lastError();
  if (error) unlink(temporary.c_str());
  return error;
}

/// What its name leads to is the descriptor of somebody who goes on writing.
bool isDescriptor(llvm::StringRef file) { return file.starts_with("/dev/") || file.starts_with("/proc/"); }

} // namespace

std::error_code replaceContent(const std::string &file, std::string_view content) {
  struct stat status;
  if (stat(file.c_str(), &status) != 0) return lastError();
  if (!S_ISREG(status.st_mode) || isDescriptor(file)) return writeInto(file, content);
  llvm::SmallString<256> target;
  if (auto error = llvm::sys::fs::real_path(file, target)) return error;
  return renameOnto(std::string(target), content, status);
}

std::error_code writeFile(const std::string &file, std::string_view content) {
  struct stat status;
  if (lstat(file.c_str(), &status) != 0) return errno == ENOENT ? renameOnto(file, content, std::nullopt) : lastError();
  bool leadsNowhere = S_ISLNK(status.st_mode) && stat(file.c_str(), &status) != 0;
  if (leadsNowhere) return writeInto(file, content); // makes the file behind the link
  if (S_ISREG(status.st_mode) && access(file.c_str(), W_OK) != 0) return lastError(); // a read-only file is meant to stay
  std::error_code error = replaceContent(file, content);
  bool isAboutFolder = error == std::errc::permission_denied || error == std::errc::operation_not_permitted ||
                       error == std::errc::read_only_file_system || error == std::errc::device_or_resource_busy;
  return isAboutFolder ? writeInto(file, content) : error;
}

} // namespace coroguard
