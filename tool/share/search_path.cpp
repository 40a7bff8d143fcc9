#include "tool/share/plan.h"
#include "tool/share/precompile.h"
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace coroguard {
namespace {

constexpr const char *emptyFile = "/coroguard-empty.cpp";

class FolderAction : public clang::PreprocessOnlyAction {
public:
  explicit FolderAction(std::optional<SearchPath> &path) : path(path) {}

protected:
  bool BeginSourceFileAction(clang::CompilerInstance &compiler) override {
    const clang::HeaderSearch &search = compiler.getPreprocessor().getHeaderSearchInfo();
    path.emplace();
    path->firstAngled = static_cast<size_t>(std::distance(search.quoted_dir_begin(), search.quoted_dir_end()));
    for (const clang::DirectoryLookup &entry : search.search_dir_range()) {
      if (!entry.isNormalDir()) {
        path.reset();
        return false;
      }
      llvm::SmallString<256> folder(entry.getName());
      search.getFileMgr().makeAbsolutePath(folder);
      path->folders.emplace_back(folder);
    }
    return false; // nothing needs to be read
  }

private:
  std::optional<SearchPath> &path;
};

class FolderFactory : public clang::tooling::FrontendActionFactory {
public:
  explicit FolderFactory(std::optional<SearchPath> &path) : path(path) {}
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<FolderAction>(path); }

private:
  std::optional<SearchPath> &path;
};

} // namespace

std::optional<SearchPath> searchPathOf(const Unit &unit) {
  namespace vfs = llvm::vfs;
  llvm::IntrusiveRefCntPtr<vfs::InMemoryFileSystem> memory(new vfs::InMemoryFileSystem);
  memory->addFile(emptyFile, 0, llvm::MemoryBuffer::getMemBuffer(""));
  llvm::IntrusiveRefCntPtr<vfs::OverlayFileSystem> disk(new vfs::OverlayFileSystem(vfs::createPhysicalFileSystem()));
  disk->pushOverlay(memory);
  if (disk->setCurrentWorkingDirectory(unit.directory)) return std::nullopt;
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(new clang::FileManager(clang::FileSystemOptions(), disk));
  std::vector<std::string> arguments = commonArguments(unit);
  arguments.insert(arguments.end(), {"-xc++", emptyFile});
  std::optional<SearchPath> path;
  FolderFactory factory(path);
  clang::IgnoringDiagConsumer ignored;
  clang::tooling::ToolInvocation invocation(arguments, &factory, files.get(), std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&ignored);
  (void)invocation.run();
  return path;
}

} // namespace coroguard
