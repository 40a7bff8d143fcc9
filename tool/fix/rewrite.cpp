#include "tool/fix/rewrite.h"
#include "tool/files/write.h"
#include <llvm/Support/MemoryBuffer.h>
#include <sys/stat.h>
#include <unistd.h>

namespace coroguard {
namespace {

/// The time of the last change of content, mode or name, which nobody can set back. None when there is no file.
std::optional<struct stat> statusOf(const std::string &file) {
  struct stat status;
  return stat(file.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

std::optional<std::string> whyNot(const std::string &file, FileTime analysed) {
  std::optional<struct stat> status = statusOf(file);
  if (!status) return "cannot be fixed: it is gone";
  if (FileTime(status->st_ctim.tv_sec, status->st_ctim.tv_nsec) > analysed)
    return "has changed since it was analysed and is not fixed";
  bool isWritable = (status->st_mode & 0222) != 0 && access(file.c_str(), W_OK) == 0; // root may write everything
  return isWritable ? std::nullopt : std::optional<std::string>("is read-only and is not fixed");
}

} // namespace

FileTime fileTimeNow() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now); // files are stamped with it, or with one that is a few milliseconds behind
  return {now.tv_sec, now.tv_nsec};
}

std::vector<Rewrite> readForEdits(const FixPlan &plan, FileTime analysed, std::vector<Problem> &problems) {
  std::vector<Rewrite> result;
  for (const auto &[file, edits] : plan) {
    std::optional<std::string> obstacle = whyNot(file, analysed);
    auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!obstacle && !buffer) obstacle = "cannot be read: " + buffer.getError().message();
    std::optional<std::string> after;
    if (!obstacle) after = applyEdits((*buffer)->getBuffer(), edits.edits);
    if (!obstacle && !after) obstacle = "is not what was analysed and is not fixed";
    if (obstacle) problems.push_back({{file}, *obstacle, "make it writable, leave it alone and run again"});
    else result.push_back({file, (*buffer)->getBuffer().str(), std::move(*after), edits.findings});
  }
  return result;
}

bool writeInPlace(const std::string &file, const std::string &content, std::vector<Problem> &problems) {
  std::error_code error = replaceContent(file, content);
  if (error) problems.push_back({{file}, "cannot be written: " + error.message(), "make room and its folder writable"});
  return !error;
}

} // namespace coroguard
