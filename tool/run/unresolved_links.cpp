#include "tool/run/unresolved_links.h"
#include <llvm/Support/MemoryBuffer.h>

namespace coroguard {
namespace {

namespace vfs = llvm::vfs;

class NamedFile : public vfs::File {
public:
  NamedFile(std::unique_ptr<vfs::File> file, std::string name) : file(std::move(file)), name(std::move(name)) {}

  llvm::ErrorOr<vfs::Status> status() override { return file->status(); }
  llvm::ErrorOr<std::string> getName() override { return name; }
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine &bufferName, int64_t size,
                                                               bool requiresTerminator, bool isVolatile) override {
    return file->getBuffer(bufferName, size, requiresTerminator, isVolatile);
  }
  std::error_code close() override { return file->close(); }

private:
  std::unique_ptr<vfs::File> file;
  std::string name;
};

class UnresolvedLinks : public vfs::ProxyFileSystem {
public:
  using ProxyFileSystem::ProxyFileSystem;

  llvm::ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const llvm::Twine &path) override {
    auto file = ProxyFileSystem::openFileForRead(path);
    if (!file) return file;
    return std::make_unique<NamedFile>(std::move(*file), path.str());
  }
};

} // namespace

llvm::IntrusiveRefCntPtr<vfs::FileSystem> withUnresolvedLinks(llvm::IntrusiveRefCntPtr<vfs::FileSystem> files) {
  return llvm::makeIntrusiveRefCnt<UnresolvedLinks>(std::move(files));
}

} // namespace coroguard
