#include "tool/cache/recording_file_system.h"
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/MemoryBuffer.h>

namespace coroguard {
namespace {

namespace vfs = llvm::vfs;
using llvm::ErrorOr;
using llvm::Twine;

bool saysMissing(std::error_code error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

/// A file whose bytes count once they are read, and exactly as they are read.
class RecordedFile : public vfs::File {
public:
  RecordedFile(std::unique_ptr<vfs::File> below, std::string path, Recording &recording)
      : below(std::move(below)), path(std::move(path)), recording(recording) {}

  ErrorOr<vfs::Status> status() override {
    ErrorOr<vfs::Status> result = below->status();
    if (!result || !givenName) return result;
    return vfs::Status::copyWithNewName(*result, *givenName);
  }
  ErrorOr<std::string> getName() override { return givenName ? ErrorOr<std::string>(*givenName) : below->getName(); }
  std::error_code close() override { return below->close(); }

  ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const Twine &name, int64_t size, bool isTerminated, bool) override {
    // Volatile: a copy. A mapped file could change after it was hashed and before it is parsed.
    auto buffer = below->getBuffer(name, size, isTerminated, /*IsVolatile=*/true);
    ErrorOr<std::string> realPath = below->getName();
    if (buffer && realPath)
      recording.add({path, FileKind::File, contentDigest(std::string_view((*buffer)->getBuffer()), *realPath), {}, {}});
    else
      recording.giveUp();
    return buffer;
  }

protected:
  void setPath(const Twine &name) override { givenName = name.str(); } // an overlay's name for it

private:
  std::unique_ptr<vfs::File> below;
  std::string path;
  std::optional<std::string> givenName;
  Recording &recording;
};

class RecordingFileSystem : public llvm::RTTIExtends<RecordingFileSystem, vfs::ProxyFileSystem> {
public:
  static const char ID;
  RecordingFileSystem(llvm::IntrusiveRefCntPtr<vfs::FileSystem> below, Recording &recording)
      : RTTIExtends(std::move(below)), recording(recording) {}

  ErrorOr<vfs::Status> status(const Twine &path) override {
    ErrorOr<vfs::Status> result = ProxyFileSystem::status(path);
    if (result) add(path, result->isDirectory() ? FileKind::Folder : FileKind::File);
    else failed(path, result.getError());
    return result;
  }

  bool exists(const Twine &path) override {
    bool result = ProxyFileSystem::exists(path);
    add(path, result ? FileKind::Present : FileKind::Missing);
    return result;
  }

  ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const Twine &path) override {
    auto file = ProxyFileSystem::openFileForRead(path);
    if (!file) {
      failed(path, file.getError());
      return file;
    }
    ErrorOr<vfs::Status> opened = (*file)->status();
    if (opened) add(path, opened->isDirectory() ? FileKind::Folder : FileKind::File);
    else recording.giveUp();
    return std::make_unique<RecordedFile>(std::move(*file), absolute(path), recording);
  }

  vfs::directory_iterator dir_begin(const Twine &folder, std::error_code &error) override {
    std::vector<std::string> names;
    vfs::directory_iterator entry = ProxyFileSystem::dir_begin(folder, error), end;
    if (error) {
      failed(folder, error);
      return entry;
    }
    for (; entry != end && !error; entry.increment(error)) names.push_back(entry->path().str());
    if (error) recording.giveUp();
    for (std::string &name : names) name = llvm::sys::path::filename(name).str();
    recording.add({absolute(folder), FileKind::Folder, {}, listingDigest(std::move(names)), {}});
    return ProxyFileSystem::dir_begin(folder, error);
  }

  std::error_code getRealPath(const Twine &path, llvm::SmallVectorImpl<char> &output) override {
    std::error_code error = ProxyFileSystem::getRealPath(path, output);
    if (error) failed(path, error);
    else recording.add({absolute(path), FileKind::Present, {}, {}, digestOf({output.data(), output.size()})});
    return error;
  }

private:
  void add(const Twine &path, FileKind kind) { recording.add({absolute(path), kind, {}, {}, {}}); }
  void failed(const Twine &path, std::error_code error) {
    if (saysMissing(error)) add(path, FileKind::Missing);
    else recording.giveUp();
  }
  std::string absolute(const Twine &path) const {
    llvm::SmallString<256> result;
    path.toVector(result);
    if (makeAbsolute(result)) recording.giveUp();
    return std::string(result);
  }

  Recording &recording;
};

const char RecordingFileSystem::ID = 0;

} // namespace

llvm::IntrusiveRefCntPtr<vfs::FileSystem> recordingFileSystem(llvm::IntrusiveRefCntPtr<vfs::FileSystem> below,
                                                              Recording &recording) {
  return llvm::IntrusiveRefCntPtr<vfs::FileSystem>(new RecordingFileSystem(std::move(below), recording));
}

} // namespace coroguard
