#include "tool/share/precompile.h"
#include "tool/cache/recording_file_system.h"
#include "tool/share/header_notes.h"
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Tooling/Tooling.h>
#include <fstream>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

using llvm::StringRef;

class PrecompileAction : public clang::GeneratePCHAction {
public:
  explicit PrecompileAction(SharedHeaders &notes) : notes(notes) {}

protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler, StringRef file) override {
    watchPrecompiling(compiler, notes);
    return GeneratePCHAction::CreateASTConsumer(compiler, file);
  }

private:
  SharedHeaders &notes;
};

class PrecompileFactory : public clang::tooling::FrontendActionFactory {
public:
  PrecompileFactory(const std::string &output, SharedHeaders &notes) : output(output), notes(notes) {}
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<PrecompileAction>(notes); }

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation, clang::FileManager *files,
                     std::shared_ptr<clang::PCHContainerOperations> containers,
                     clang::DiagnosticConsumer *consumer) override {
    clang::FrontendOptions &options = invocation->getFrontendOpts();
    options.SkipFunctionBodies = true;
    options.DisableFree = true; // of a process that ends
    options.ProgramAction = clang::frontend::GeneratePCH;
    options.OutputFile = output;
    invocation->getDiagnosticOpts().ShowCarets = false;
    return FrontendActionFactory::runInvocation(std::move(invocation), files, std::move(containers), consumer);
  }

private:
  const std::string &output;
  SharedHeaders &notes;
};

bool namesFile(StringRef argument, const Unit &unit) {
  return llvm::sys::path::filename(argument) == llvm::sys::path::filename(unit.file);
}

bool isOfProject(const Dependency &dependency, const ProjectScope &scope) {
  llvm::SmallString<256> real;
  return dependency.content && (llvm::sys::fs::real_path(dependency.path, real) || scope.contains(std::string(real)));
}

} // namespace

bool isSimple(const Unit &unit) {
  auto isOdd = [](StringRef argument) {
    return argument.starts_with("-include") || argument.starts_with("--include") || argument.starts_with("-imacros") ||
           argument.starts_with("-fmodule") || argument.starts_with("-x") || argument.starts_with("-Xclang") ||
           argument.starts_with("-fcxx-modules") || argument.contains("-pch");
  };
  return llvm::count_if(unit.arguments, [&](StringRef argument) { return namesFile(argument, unit); }) == 1 &&
         llvm::none_of(unit.arguments, isOdd);
}

std::vector<std::string> commonArguments(const Unit &unit) {
  std::vector<std::string> arguments;
  llvm::copy_if(unit.arguments, std::back_inserter(arguments),
                [&](const std::string &argument) { return argument != "--" && !namesFile(argument, unit); });
  return arguments;
}

std::optional<SharedHeaders> precompile(const std::string &directives, const Unit &first, const ProjectScope &scope,
                                        const std::string &output, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> below) {
  std::string source = output + ".hpp";
  std::ofstream(source) << directives;
  Recording recording;
  auto fileSystem = recordingFileSystem(std::move(below), recording);
  if (fileSystem->setCurrentWorkingDirectory(first.directory)) return std::nullopt;
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(new clang::FileManager(clang::FileSystemOptions(), fileSystem));
  std::vector<std::string> arguments = commonArguments(first);
  arguments.insert(arguments.end(), {"-xc++-header", source});
  SharedHeaders result;
  PrecompileFactory factory(output, result);
  clang::IgnoringDiagConsumer ignored;
  clang::tooling::ToolInvocation invocation(arguments, &factory, files.get(), std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&ignored);
  if (!invocation.run() || !recording.isUseful() || !result.isGuarded) return std::nullopt;
  result.dependencies = recording.dependencies();
  std::erase_if(result.dependencies, [&](const Dependency &one) {
    return StringRef(one.path).starts_with(llvm::sys::path::parent_path(output));
  });
  bool isForeign = llvm::none_of(result.dependencies, [&](const Dependency &one) { return isOfProject(one, scope); });
  return isForeign ? std::optional(std::move(result)) : std::nullopt;
}

Unit onTopOf(const Unit &unit, const std::string &precompiled) {
  Unit result = unit;
  result.arguments.insert(result.arguments.begin() + 1, {"-include-pch", precompiled});
  return result;
}

} // namespace coroguard
