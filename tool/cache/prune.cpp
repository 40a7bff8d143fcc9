#include "tool/cache/digest.h"
#include "tool/cache/entry_store.h"
#include <algorithm>
#include <ctime>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <sys/stat.h>
#include <vector>

namespace coroguard {
namespace {

constexpr time_t abandoned = 60 * 60; // no write of one entry takes an hour

struct Entry {
  std::string file;
  time_t lastUse;
  uint64_t size;
};

/// Somebody may name a folder that holds other things too.
bool isOurs(llvm::StringRef name) {
  llvm::StringRef digest = name.split(".tmp-").first;
  return digest.size() == 2 * sizeof(Digest) && llvm::all_of(digest, llvm::isHexDigit);
}

void addEntries(const std::string &folder, std::vector<Entry> &entries) {
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(folder, error), end; entry != end && !error; entry.increment(error)) {
    struct stat info {};
    bool isFile = ::lstat(entry->path().c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (isFile && isOurs(llvm::sys::path::filename(entry->path())))
      entries.push_back({entry->path(), info.st_mtime, uint64_t(info.st_blocks) * 512});
  }
}

bool isAbandoned(const Entry &entry, time_t now) {
  return llvm::sys::path::filename(entry.file).contains(".tmp-") && entry.lastUse + abandoned < now;
}

} // namespace

void prune(const std::string &folder, uint64_t mostBytes) {
  std::vector<Entry> entries;
  for (const char *part : entryFolders) addEntries(folder + "/" + part, entries);
  time_t now = time(nullptr);
  uint64_t total = 0;
  for (const Entry &entry : entries) total += entry.size;
  auto drop = [&](const Entry &entry) {
    if (!llvm::sys::fs::remove(entry.file)) total -= entry.size;
  };
  std::erase_if(entries, [&](const Entry &entry) {
    if (!isAbandoned(entry, now)) return false;
    drop(entry);
    return true;
  });
  if (total <= mostBytes) return;
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) { return a.lastUse < b.lastUse; });
  uint64_t goal = mostBytes / 10 * 9; // not again at the next run
  for (const Entry &entry : entries) {
    if (total <= goal) return;
    drop(entry);
  }
}

} // namespace coroguard
