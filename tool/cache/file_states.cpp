#include "tool/cache/file_states.h"
#include "tool/cache/bytes.h"
#include <chrono>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <sys/stat.h>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;

constexpr size_t mostRemembered = 500'000; // files; a project has some thousands

// Two writes within the granularity of a file system's clock have one time; that of FAT is the coarsest.
constexpr int64_t clockGranularity = 2'000'000'000;

int64_t nanoseconds(const timespec &time) { return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec; }

FileStamp stampOf(const struct stat &info) {
  return {uint64_t(info.st_dev), uint64_t(info.st_ino), uint64_t(info.st_size), nanoseconds(info.st_mtim),
          nanoseconds(info.st_ctim)};
}

/// Could somebody write to it now and leave the stamp as it is? A time in the future is never old enough.
bool isTooFresh(const FileStamp &stamp) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now) - std::max(stamp.modified, stamp.changed) < clockGranularity;
}

std::optional<std::string> realPathOf(const std::string &path) {
  llvm::SmallString<256> real;
  if (fs::real_path(path, real)) return std::nullopt;
  return std::string(real);
}

std::optional<Digest> listingOf(const std::string &path) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; entry != end && !error; entry.increment(error))
    names.push_back(llvm::sys::path::filename(entry->path()).str());
  if (error) return std::nullopt;
  return listingDigest(std::move(names));
}

/// An answer that nobody waits for is right; one that was not to be had is wrong.
bool agrees(const std::optional<Digest> &wanted, const std::optional<Digest> &found) { return !wanted || wanted == found; }

} // namespace

FileStates::State &FileStates::stateOf(const std::string &path) {
  auto [entry, isNew] = states.try_emplace(path);
  State &state = entry->second;
  struct stat info {};
  if (!isNew || ::stat(path.c_str(), &info) != 0) return state;
  state.kind = S_ISDIR(info.st_mode) ? FileKind::Folder : FileKind::File;
  state.stamp = stampOf(info);
  return state;
}

std::optional<Digest> FileStates::bytesOf(const std::string &path, const FileStamp &stamp) {
  auto known = hashes.find(path);
  if (known != hashes.end() && known->second.stamp == stamp) return known->second.bytes;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (!buffer) return std::nullopt;
  Digest bytes = digestOf(std::string_view((*buffer)->getBuffer()));
  struct stat after {};
  bool isStable = ::stat(path.c_str(), &after) == 0 && stampOf(after) == stamp && !isTooFresh(stamp);
  if (isStable) {
    hashes[path] = {stamp, bytes, true};
    hasNews = true;
  }
  return bytes;
}

std::optional<Digest> FileStates::contentOf(const std::string &path, const FileStamp &stamp) {
  std::optional<std::string> real = realPathOf(path);
  std::optional<Digest> bytes = real ? bytesOf(path, stamp) : std::nullopt;
  return bytes ? std::optional(contentDigest(*bytes, *real)) : std::nullopt;
}

bool FileStates::hold(const Dependency &wanted) {
  State &state = stateOf(wanted.path);
  bool isKind = wanted.kind == FileKind::Present ? state.kind != FileKind::Missing : state.kind == wanted.kind;
  if (!isKind) return false;
  if (wanted.content && !state.content) state.content = contentOf(wanted.path, state.stamp);
  if (wanted.realPath && !state.realPath)
    if (auto path = realPathOf(wanted.path)) state.realPath = digestOf(*path);
  if (wanted.listing && !state.listing) state.listing = listingOf(wanted.path);
  return agrees(wanted.content, state.content) && agrees(wanted.listing, state.listing) && agrees(wanted.realPath, state.realPath);
}

void FileStates::restore(std::string_view bytes) {
  ByteReader reader(bytes);
  llvm::StringMap<Hashed> found;
  for (uint64_t left = reader.number(); left > 0 && !reader.failed(); --left) {
    std::string_view path = reader.text();
    FileStamp stamp;
    stamp.device = reader.number(), stamp.inode = reader.number(), stamp.size = reader.number();
    stamp.modified = static_cast<int64_t>(reader.number()), stamp.changed = static_cast<int64_t>(reader.number());
    found[path] = {stamp, reader.digest(), false};
  }
  if (reader.isComplete()) hashes = std::move(found);
}

std::string FileStates::save() const {
  if (!hasNews) return {};
  bool keepsAll = hashes.size() <= mostRemembered;
  std::string body;
  uint64_t count = 0;
  for (const auto &entry : hashes) {
    const Hashed &hashed = entry.second;
    if (!keepsAll && !hashed.isFresh) continue;
    putText(body, std::string_view(entry.first()));
    for (uint64_t number : {hashed.stamp.device, hashed.stamp.inode, hashed.stamp.size, uint64_t(hashed.stamp.modified),
                            uint64_t(hashed.stamp.changed)})
      putNumber(body, number);
    body += hashed.bytes.view();
    ++count;
  }
  std::string all;
  putNumber(all, count);
  return all + body;
}

} // namespace coroguard
