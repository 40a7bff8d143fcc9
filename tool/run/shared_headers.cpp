#include "tool/run/shared_headers.h"
#include "tool/cache/recording_file_system.h"
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Tooling/Tooling.h>
#include <fstream>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <map>

namespace coroguard {
namespace {

using llvm::StringRef;

/// Cuts white space and comments off the front.
StringRef skipBlank(StringRef text) {
  for (;;) {
    text = text.ltrim();
    if (text.starts_with("//")) text = text.drop_until([](char c) { return c == '\n'; });
    else if (text.starts_with("/*")) text = text.split("*/").second;
    else return text;
  }
}

/// "<name>" of an include directive that stands at the front, or nothing. What it cannot read for sure is nothing.
StringRef includedName(StringRef line) {
  if (!line.consume_front("#")) return {};
  line = line.ltrim(" \t");
  if (!line.consume_front("include")) return {};
  line = line.ltrim(" \t");
  auto [name, rest] = line.split('>');
  rest = rest.rtrim();
  bool isPlain = name.starts_with("<") && line.contains('>') && (rest.empty() || rest.ltrim().starts_with("//"));
  return isPlain && !line.ends_with("\\") ? line.take_front(name.size() + 1) : StringRef();
}

class PrecompileFactory : public clang::tooling::FrontendActionFactory {
public:
  explicit PrecompileFactory(const std::string &output) : output(output) {}
  std::unique_ptr<clang::FrontendAction> create() override { return std::make_unique<clang::GeneratePCHAction>(); }

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation, clang::FileManager *files,
                     std::shared_ptr<clang::PCHContainerOperations> containers,
                     clang::DiagnosticConsumer *consumer) override {
    clang::FrontendOptions &options = invocation->getFrontendOpts();
    options.SkipFunctionBodies = true;
    options.ProgramAction = clang::frontend::GeneratePCH;
    options.OutputFile = output;
    invocation->getDiagnosticOpts().ShowCarets = false;
    return FrontendActionFactory::runInvocation(std::move(invocation), files, std::move(containers), consumer);
  }

private:
  const std::string &output;
};

bool namesFile(StringRef argument, const Unit &unit) {
  return llvm::sys::path::filename(argument) == llvm::sys::path::filename(unit.file);
}

/// The arguments without the input.
std::vector<std::string> commonArguments(const Unit &unit) {
  std::vector<std::string> arguments;
  llvm::copy_if(unit.arguments, std::back_inserter(arguments),
                [&](const std::string &argument) { return argument != "--" && !namesFile(argument, unit); });
  return arguments;
}

/// Is its file named once, and nothing else read before its first line?
bool isSimple(const Unit &unit) {
  auto isOdd = [](StringRef argument) {
    return argument.starts_with("-include") || argument.starts_with("--include") || argument.starts_with("-imacros") ||
           argument.starts_with("-fmodule") || argument.starts_with("-x") || argument.starts_with("-Xclang") ||
           argument.contains("-pch");
  };
  return llvm::count_if(unit.arguments, [&](StringRef argument) { return namesFile(argument, unit); }) == 1 &&
         llvm::none_of(unit.arguments, isOdd);
}

bool isOfProject(const Dependency &dependency, const ProjectScope &scope) {
  llvm::SmallString<256> real;
  return dependency.content && (llvm::sys::fs::real_path(dependency.path, real) || scope.contains(std::string(real)));
}

} // namespace

std::string leadingIncludes(std::string_view text) {
  std::string includes;
  for (StringRef rest = skipBlank(text); !rest.empty();) {
    auto [line, next] = rest.split('\n');
    StringRef name = includedName(line);
    if (name.empty()) break;
    includes += "#include " + name.str() + "\n";
    rest = skipBlank(next);
  }
  return includes;
}

std::vector<HeaderGroup> groupByHeaders(const std::vector<Unit> &units, const std::vector<size_t> &chosen, size_t least) {
  std::map<std::vector<std::string>, HeaderGroup> groups;
  for (size_t i : chosen) {
    auto text = llvm::MemoryBuffer::getFile(units[i].file);
    if (!text || !isSimple(units[i])) continue;
    std::string includes = leadingIncludes(std::string_view((*text)->getBuffer()));
    if (includes.empty()) continue;
    std::vector<std::string> key = commonArguments(units[i]);
    key.insert(key.end(), {units[i].directory, includes, llvm::sys::path::extension(units[i].file).str()});
    HeaderGroup &group = groups[key];
    group.includes = includes;
    group.units.push_back(i);
  }
  std::vector<HeaderGroup> result;
  for (auto &[key, group] : groups)
    if (group.units.size() >= least) result.push_back(std::move(group));
  return result;
}

std::optional<std::vector<Dependency>> precompile(const HeaderGroup &group, const Unit &first, const ProjectScope &scope,
                                                  const std::string &output) {
  std::string source = output + ".hpp";
  std::ofstream(source) << group.includes;
  Recording recording;
  auto fileSystem = recordingFileSystem(llvm::vfs::createPhysicalFileSystem(), recording);
  if (fileSystem->setCurrentWorkingDirectory(first.directory)) return std::nullopt;
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(new clang::FileManager(clang::FileSystemOptions(), fileSystem));
  std::vector<std::string> arguments = commonArguments(first);
  arguments.insert(arguments.end(), {"-xc++-header", source});
  PrecompileFactory factory(output);
  clang::IgnoringDiagConsumer ignored;
  clang::tooling::ToolInvocation invocation(arguments, &factory, files.get(), std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&ignored);
  if (!invocation.run() || !recording.isUseful()) return std::nullopt;
  std::vector<Dependency> all = recording.dependencies();
  std::erase_if(all, [&](const Dependency &one) { return StringRef(one.path).starts_with(llvm::sys::path::parent_path(output)); });
  bool isForeign = llvm::none_of(all, [&](const Dependency &one) { return isOfProject(one, scope); });
  return isForeign ? std::optional(std::move(all)) : std::nullopt;
}

Unit onTopOf(const Unit &unit, const std::string &precompiled) {
  Unit result = unit;
  result.arguments.insert(result.arguments.begin() + 1, {"-include-pch", precompiled});
  return result;
}

} // namespace coroguard
