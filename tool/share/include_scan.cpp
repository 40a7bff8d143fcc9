#include "tool/share/include_scan.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;
using llvm::StringRef;

std::string joined(StringRef folder, StringRef name) {
  llvm::SmallString<256> result(folder);
  llvm::sys::path::append(result, name);
  return std::string(result);
}

bool isFile(const std::string &file) {
  fs::file_status status;
  return !fs::status(file, status) && status.type() == fs::file_type::regular_file;
}

} // namespace

std::vector<ForeignInclude> IncludeScan::foreignIncludes(const std::string &file) {
  std::vector<ForeignInclude> found;
  std::set<std::string> seen{file};
  walk(file, found, seen);
  return found;
}

/// False: from here on nothing is certain.
bool IncludeScan::walk(const std::string &file, std::vector<ForeignInclude> &found, std::set<std::string> &seen) {
  const IncludeLines &own = read(file).surely;
  for (const IncludeLine &line : own.lines) {
    bool isBeside = false;
    std::optional<std::string> target = resolve(line, file, &isBeside);
    if (!target) return false;
    if (!seen.insert(*target).second) continue;
    const Read &header = read(*target);
    if (header.isOfProject) {
      if (!walk(*target, found, seen)) return false;
      continue;
    }
    if (isBeside || !header.surely.isGuarded) continue; // another folder would not find it; a second inclusion would add to it
    found.push_back({line.isAngled ? "<" + line.name + ">" : "\"" + line.name + "\"", *target});
  }
  return own.isWhole;
}

std::vector<ForeignInclude> IncludeScan::ledTo(const std::vector<std::string> &files) {
  std::vector<ForeignInclude> found;
  std::set<std::string> seen(files.begin(), files.end());
  for (const std::string &file : files) follow(file, found, seen);
  return found;
}

void IncludeScan::follow(const std::string &file, std::vector<ForeignInclude> &found, std::set<std::string> &seen) {
  for (const IncludeLine &line : read(file).surely.lines) {
    std::optional<std::string> target = resolve(line, file);
    if (!target || !seen.insert(*target).second) continue;
    if (line.isAngled && read(*target).surely.isGuarded) found.push_back({"<" + line.name + ">", *target});
    follow(*target, found, seen);
  }
}

std::optional<std::string> IncludeScan::resolve(const IncludeLine &line, StringRef includer, bool *isBeside) {
  if (llvm::sys::path::is_absolute(line.name)) return std::nullopt;
  if (!line.isAngled) {
    std::string beside = joined(llvm::sys::path::parent_path(includer), line.name);
    if (isFile(beside)) {
      if (isBeside) *isBeside = true;
      return beside;
    }
  }
  auto [entry, isNew] = resolved.try_emplace((line.isAngled ? "<" : "\"") + line.name);
  if (!isNew) return entry->second;
  for (size_t i = line.isAngled ? path.firstAngled : 0; i < path.folders.size() && !entry->second; ++i)
    if (std::string candidate = joined(path.folders[i], line.name); isFile(candidate)) entry->second = std::move(candidate);
  return entry->second;
}

const IncludeScan::Read &IncludeScan::read(const std::string &file) {
  auto [entry, isNew] = known.try_emplace(file);
  if (!isNew) return entry->second;
  Read &result = entry->second;
  llvm::SmallString<256> real;
  result.isOfProject = !fs::real_path(file, real) && scope.contains(std::string(real));
  if (auto text = llvm::MemoryBuffer::getFile(file)) result.surely = surelyObeyed((*text)->getBuffer());
  else result.surely.isWhole = false;
  return result;
}

const IncludeScan::Weighed &IncludeScan::weigh(const std::string &file) {
  auto [entry, isNew] = weighed.try_emplace(file);
  if (!isNew) return entry->second;
  Weighed &result = entry->second; // stays where it is while others are added
  auto text = llvm::MemoryBuffer::getFile(file);
  if (!text) return result;
  result.bytes = (*text)->getBufferSize();
  for (const IncludeLine &line : allWritten((*text)->getBuffer()))
    if (auto target = resolve(line, file)) result.next.push_back(std::move(*target));
  return result;
}

uint64_t IncludeScan::weight(const std::vector<std::string> &files) {
  uint64_t bytes = 0;
  std::set<std::string> seen(files.begin(), files.end());
  std::vector<std::string> open(seen.begin(), seen.end());
  while (!open.empty()) {
    std::string file = std::move(open.back());
    open.pop_back();
    const Weighed &one = weigh(file);
    bytes += one.bytes;
    for (const std::string &target : one.next)
      if (seen.insert(target).second) open.push_back(target);
  }
  return bytes;
}

} // namespace coroguard
