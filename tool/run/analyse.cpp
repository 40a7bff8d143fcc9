// The front end in this process: driver, parser, our consumer; diagnostics become problems.
#include "tool/run/analyse.h"
#include "frameworks/shipped.h"
#include "language/include_path.h"
#include "tool/cache/recording_file_system.h"
#include "tool/run/unresolved_links.h"
#include "tool/share/watch.h"
#include <clang/Basic/DiagnosticDriver.h>
#include <clang/Basic/DiagnosticLex.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Tooling/Tooling.h>
#include <cstdlib>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <optional>
#include <unistd.h>

namespace coroguard {
namespace {

constexpr size_t reportedErrors = 3; // of one unit: the rest mostly follows from them

std::string remedyFor(unsigned id) {
  if (id == clang::diag::err_pp_file_not_found ||
      id == clang::diag::err_pp_file_not_found_angled_include_not_fatal)
    return "check the include paths of the compile command, and build first if the header is generated";
  if (id == clang::diag::err_cannot_open_file) return "check its permissions";
  return {};
}

/// Options that only another compiler knows; Clang goes on without them, and so do we.
bool isAboutUnknownOption(unsigned id) {
  return id == clang::diag::err_drv_unknown_argument ||
         id == clang::diag::err_drv_unknown_argument_with_suggestion ||
         id == clang::diag::err_drv_unsupported_opt ||
         id == clang::diag::err_drv_unsupported_opt_for_target ||
         id == clang::diag::err_drv_unsupported_option_argument;
}

class ErrorCollector : public clang::DiagnosticConsumer {
public:
  ErrorCollector(const Unit &unit, std::vector<Problem> &problems) : unit(unit), problems(problems) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &info) override {
    if (level < clang::DiagnosticsEngine::Error || isAboutUnknownOption(info.getID())) return;
    DiagnosticConsumer::HandleDiagnostic(level, info);
    if (++errors > reportedErrors) return;
    llvm::SmallString<128> message;
    info.FormatDiagnostic(message);
    problems.push_back({locationOf(info), std::string(message), remedyFor(info.getID())});
  }

  void summarise() const {
    if (errors <= reportedErrors) return;
    size_t rest = errors - reportedErrors;
    problems.push_back(
        {{unit.file}, "and " + std::to_string(rest) + (rest == 1 ? " more error" : " more errors"), {}});
  }
  bool sawErrors() const { return errors > 0; }

private:
  Location locationOf(const clang::Diagnostic &info) const {
    if (!info.hasSourceManager() || info.getLocation().isInvalid()) return {unit.file};
    clang::PresumedLoc place = info.getSourceManager().getPresumedLoc(info.getLocation());
    // `<built-in>`, `<command line>`: what the compile command asks for, such as a forced include.
    if (place.isInvalid() || llvm::StringRef(place.getFilename()).starts_with("<")) return {unit.file};
    llvm::SmallString<256> file(place.getFilename());
    (void)info.getSourceManager().getFileManager().getVirtualFileSystem().makeAbsolute(file);
    llvm::sys::path::remove_dots(file, /*remove_dot_dot=*/true);
    return {std::string(file), place.getLine(), place.getColumn()};
  }

  const Unit &unit;
  std::vector<Problem> &problems;
  size_t errors = 0;
};

/// The search for models does not go through the front end's file system: here it is told, for a recording, what they
/// depend on.
void noteAsked(llvm::vfs::FileSystem &fileSystem, const std::vector<std::string> &includeFolders,
               const std::vector<std::string> &modelFiles) {
  llvm::SmallString<256> real;
  std::error_code error;
  for (const std::string &folder : includeFolders) (void)fileSystem.getRealPath(folder, real);
  for (const std::string &folder : shippedModelFolders(includeFolders)) (void)fileSystem.dir_begin(folder, error);
  for (const std::string &file : modelFiles) (void)fileSystem.getBufferForFile(file);
}

class ExtractAction : public clang::ASTFrontendAction {
public:
  ExtractAction(const ExtractOptions &options, UnitResult &result, std::optional<Facts> &facts, SharingWatch *watch)
      : options(options), result(result), facts(facts), watch(watch) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler, llvm::StringRef) override {
    addShippedModels(compiler.getPreprocessor());
    if (watch) watch->attach(compiler);
    return makeExtractor(options, [this, &compiler](Facts found) {
      facts = std::move(found);
      if (watch) watch->inspect(compiler.getASTContext());
    });
  }

private:
  void addShippedModels(const clang::Preprocessor &preprocessor) {
    std::vector<std::string> folders = includeFolders(preprocessor), files = shippedModelFiles(folders);
    noteAsked(preprocessor.getFileManager().getVirtualFileSystem(), folders, files);
    if (files.empty()) return;
    models = withShipped(*options.models, files, result.modelProblems);
    options.models = &models;
  }

  ExtractOptions options;
  UnitResult &result;
  std::optional<Facts> &facts;
  SharingWatch *watch;
  Models models; // of this unit, when its include path leads to more
};

class ExtractActionFactory : public clang::tooling::FrontendActionFactory {
public:
  ExtractActionFactory(const ExtractOptions &options, UnitResult &result, std::optional<Facts> &facts, SharingWatch *watch)
      : options(options), result(result), facts(facts), watch(watch) {}

  std::unique_ptr<clang::FrontendAction> create() override {
    return std::make_unique<ExtractAction>(options, result, facts, watch);
  }

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation, clang::FileManager *files,
                     std::shared_ptr<clang::PCHContainerOperations> containers,
                     clang::DiagnosticConsumer *consumer) override {
    // The parser asks the consumer about each body only when skipping is on in general.
    invocation->getFrontendOpts().SkipFunctionBodies = options.skipForeignBodies;
    // A worker's process ends after its unit: its AST need not be torn down.
    invocation->getFrontendOpts().DisableFree = options.endsProcess;
    invocation->getDiagnosticOpts().ShowCarets = false; // else it prints "1 error generated."
    return FrontendActionFactory::runInvocation(std::move(invocation), files, std::move(containers),
                                                consumer);
  }

private:
  const ExtractOptions &options;
  UnitResult &result;
  std::optional<Facts> &facts;
  SharingWatch *watch;
};

bool isChosen(const char *variable, const std::string &file) {
  const char *part = std::getenv(variable);
  return part && *part && file.find(part) != std::string::npos;
}

/// Switches of our own tests: a unit that crashes and one that never ends.
void misbehaveWhenAsked(const std::string &file) {
  if (isChosen("COROGUARD_TEST_ABORT_UNIT", file)) std::abort();
  while (isChosen("COROGUARD_TEST_HANG_UNIT", file)) pause();
}

void runFrontEnd(const Unit &unit, const ExtractOptions &options, clang::FileManager &files,
                 ErrorCollector &errors, UnitResult &result, std::optional<Facts> &facts, SharingWatch *watch) {
  ExtractActionFactory factory(options, result, facts, watch);
  clang::tooling::ToolInvocation invocation(unit.arguments, &factory, &files,
                                            std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&errors);
  invocation.run();
}

} // namespace

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> diskOf(const Unit &unit) {
  // A file system with a working directory of its own; the process stays where it is.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystem = llvm::vfs::createPhysicalFileSystem();
  return unit.keepsLinks ? withUnresolvedLinks(fileSystem) : fileSystem;
}

UnitResult analyse(const Unit &unit, const ExtractOptions &options, Recording *recording, SharingWatch *watch) {
  misbehaveWhenAsked(unit.file);
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystem = diskOf(unit);
  if (recording) fileSystem = recordingFileSystem(std::move(fileSystem), *recording);
  return analyseOn(std::move(fileSystem), unit, options, recording, watch);
}

UnitResult analyseOn(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystem, const Unit &unit,
                     const ExtractOptions &options, Recording *recording, SharingWatch *watch) {
  UnitResult result;
  if (std::error_code error = fileSystem->setCurrentWorkingDirectory(unit.directory)) {
    result.problems.push_back(
        {{unit.file},
         "the compile command's folder '" + unit.directory + "' cannot be used: " + error.message(),
         "configure the project again"});
    if (recording) recording->giveUp();
    return result;
  }
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(
      new clang::FileManager(clang::FileSystemOptions(), fileSystem));
  ErrorCollector errors(unit, result.problems);
  std::optional<Facts> facts;
  runFrontEnd(unit, options, *files, errors, result, facts, watch);
  errors.summarise();
  if (facts) result.facts = std::move(*facts);
  else if (recording) recording->giveUp();
  if (!facts && !errors.sawErrors())
    result.problems.push_back(
        {{unit.file}, "the front end gave up without an error", "report this as a bug of coroguard"});
  return result;
}

} // namespace coroguard
