#include "tool/diff/git.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/FileUtilities.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>

namespace coroguard {
namespace {

std::string contents(llvm::StringRef file) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

} // namespace

GitAnswer askGit(const std::string &folder, const std::vector<std::string> &arguments) {
  auto program = llvm::sys::findProgramByName("git");
  if (!program) return {false, {}, "git is not installed"};
  llvm::SmallString<128> output, error;
  if (llvm::sys::fs::createTemporaryFile("coroguard-git", "out", output) ||
      llvm::sys::fs::createTemporaryFile("coroguard-git", "err", error))
    return {false, {}, "no temporary file can be written"};
  llvm::FileRemover removeOutput(output), removeError(error);
  std::vector<llvm::StringRef> words{*program, "-C", folder};
  words.insert(words.end(), arguments.begin(), arguments.end());
  int code = llvm::sys::ExecuteAndWait(*program, words, std::nullopt,
                                       {llvm::StringRef(""), output.str(), error.str()});
  return {code == 0, contents(output), llvm::StringRef(contents(error)).split('\n').first.str()};
}

} // namespace coroguard
