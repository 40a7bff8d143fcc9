#include "facts/files.h"
#include <algorithm>
#include <llvm/ADT/DenseMap.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <thread>

namespace coroguard {
namespace {

constexpr size_t filesPerThread = 32; // fewer are read before a thread has started

/// Into memory of ours: a mapped file could change after its checksum was compared.
llvm::ErrorOr<std::shared_ptr<const llvm::MemoryBuffer>> load(const std::string &file) {
  auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (!buffer) return buffer.getError();
  return std::shared_ptr<const llvm::MemoryBuffer>(std::move(*buffer));
}

std::optional<Facts> readLoaded(const std::shared_ptr<const llvm::MemoryBuffer> &buffer, const std::string &file,
                                std::vector<Problem> &problems) {
  return read(std::string_view(buffer->getBuffer()), buffer, file, problems);
}

struct ReadFiles {
  std::vector<Facts> facts;
  std::vector<Problem> problems;
};

ReadFiles readRange(const std::vector<std::string> &files, size_t first, size_t last) {
  ReadFiles result;
  result.facts.reserve(last - first);
  for (size_t i = first; i < last; ++i) {
    auto buffer = load(files[i]);
    if (!buffer) {
      std::string reason = "cannot be read: " + buffer.getError().message();
      result.problems.push_back({{files[i]}, std::move(reason), "write it with 'coroguard facts -o'"});
    } else if (auto facts = readLoaded(*buffer, files[i], result.problems)) {
      result.facts.push_back(std::move(*facts));
    }
  }
  return result;
}

} // namespace

std::vector<Facts> readFactsFiles(const std::vector<std::string> &files, std::vector<Problem> &problems) {
  size_t count = std::clamp<size_t>(files.size() / filesPerThread, 1, std::max(1U, std::thread::hardware_concurrency()));
  std::vector<ReadFiles> ranges(count);
  std::vector<std::thread> threads;
  auto readOne = [&](size_t i) { ranges[i] = readRange(files, files.size() * i / count, files.size() * (i + 1) / count); };
  for (size_t i = 1; i < count; ++i) threads.emplace_back(readOne, i);
  readOne(0);
  for (std::thread &thread : threads) thread.join();
  std::vector<Facts> all;
  all.reserve(files.size());
  for (ReadFiles &range : ranges) {
    std::move(range.facts.begin(), range.facts.end(), std::back_inserter(all));
    std::move(range.problems.begin(), range.problems.end(), std::back_inserter(problems));
  }
  return all;
}

Facts readIndex(const std::string &file, bool mustExist, const Facts &fresh, std::vector<Problem> &problems) {
  auto buffer = load(file);
  if (!buffer) {
    if (mustExist) problems.push_back({{file}, "cannot read the project index", "write it with 'coroguard check'"});
    return {};
  }
  std::vector<Problem> faults;
  std::optional<Facts> facts = readLoaded(*buffer, file, faults);
  for (const Problem &fault : faults)
    problems.push_back({fault.location, fault.message, "write it again with 'coroguard check' for the whole project"});
  if (!facts) return {};
  Facts rest = withoutUnits(std::move(*facts), fresh);
  llvm::DenseMap<uint32_t, bool> exists;
  std::erase_if(rest.functions, [&](const Function &function) {
    auto [entry, isNew] = exists.try_emplace(function.place.file.value, false);
    if (isNew) entry->second = llvm::sys::fs::exists(llvm::StringRef(rest.text(function.place.file)));
    return !entry->second;
  });
  return rest;
}

Facts mergeWithIndex(const Facts &fresh, Facts rest) {
  std::vector<Facts> parts;
  parts.push_back(std::move(rest));
  parts.push_back(merge({&fresh}));
  return mergeAll(std::move(parts));
}

} // namespace coroguard
