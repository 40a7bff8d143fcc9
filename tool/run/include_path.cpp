#include "tool/run/include_path.h"
#include "language/include_path.h"
#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <set>

namespace coroguard {
namespace {

/// Sets the front end up and stops it before the first line.
class IncludePathAction : public clang::PreprocessorFrontendAction {
public:
  explicit IncludePathAction(std::vector<std::string> &folders) : folders(folders) {}

protected:
  void ExecuteAction() override {
    for (std::string &folder : includeFolders(getCompilerInstance().getPreprocessor()))
      if (!llvm::is_contained(folders, folder)) folders.push_back(std::move(folder));
  }

private:
  std::vector<std::string> &folders;
};

class IncludePathFactory : public clang::tooling::FrontendActionFactory {
public:
  explicit IncludePathFactory(std::vector<std::string> &folders) : folders(folders) {}
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<IncludePathAction>(folders); }

private:
  std::vector<std::string> &folders;
};

} // namespace

std::vector<std::string> includeFoldersOf(const std::vector<Unit> &units) {
  std::vector<std::string> folders;
  std::set<std::vector<std::string>> seen; // most units of a project differ only in their file
  for (const Unit &unit : units) {
    std::vector<std::string> common{unit.directory};
    llvm::StringRef name = llvm::sys::path::filename(unit.file);
    llvm::copy_if(unit.arguments, std::back_inserter(common),
                  [&](llvm::StringRef argument) { return llvm::sys::path::filename(argument) != name; });
    if (!seen.insert(common).second) continue;
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystem = llvm::vfs::createPhysicalFileSystem();
    if (fileSystem->setCurrentWorkingDirectory(unit.directory)) continue; // 'check' says what is wrong with it
    llvm::IntrusiveRefCntPtr<clang::FileManager> files(new clang::FileManager(clang::FileSystemOptions(), fileSystem));
    IncludePathFactory factory(folders);
    clang::IgnoringDiagConsumer ignored;
    clang::tooling::ToolInvocation invocation(unit.arguments, &factory, files.get(),
                                              std::make_shared<clang::PCHContainerOperations>());
    invocation.setDiagnosticConsumer(&ignored);
    invocation.run();
  }
  return folders;
}

} // namespace coroguard
