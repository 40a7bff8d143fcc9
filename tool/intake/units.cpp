// Finding the translation units: which database or flags, which of its files.
#include "tool/intake/units.h"
#include "tool/files/json_depth.h"
#include <algorithm>
#include <clang/Tooling/JSONCompilationDatabase.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using clang::tooling::CompileCommand;
using llvm::StringRef;

constexpr const char *databaseName = "compile_commands.json";
constexpr const char *exportRemedy = "configure with `cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON`, name the "
                                     "build folder with -p, or give the compiler "
                                     "flags after `--`";
constexpr const char *reconfigureRemedy = "configure the project again so that the database is up to date";

std::string absolutePath(StringRef name, StringRef base = "") {
  llvm::SmallString<256> result;
  if (path::is_relative(name)) result = base; // empty: the current folder
  path::append(result, name);
  (void)fs::make_absolute(result);
  path::remove_dots(result, /*remove_dot_dot=*/true);
  StringRef text = result;
  return (text.size() > 1 ? text.rtrim('/') : text).str();
}

std::string realPath(const std::string &name) {
  llvm::SmallString<256> result;
  return fs::real_path(name, result) ? name : std::string(result);
}

bool isBelow(StringRef name, StringRef folder) {
  return name == folder || (name.consume_front(folder) && (name.starts_with("/") || folder.ends_with("/")));
}

bool isSource(StringRef name) {
  return llvm::is_contained({".cpp", ".cc", ".cxx", ".c++", ".C", ".cppm", ".ixx", ".ccm", ".cxxm"},
                            path::extension(name));
}

bool isHeader(StringRef name) {
  return llvm::is_contained({".h", ".hh", ".hpp", ".hxx", ".h++", ".H", ".inl", ".ipp", ".tpp", ".inc"},
                            path::extension(name));
}

/// CMake lists the file it makes precompiled headers from; nobody wrote it.
bool isPrecompiledHeaderStub(StringRef name) {
  return name.contains("/CMakeFiles/") && path::filename(name).starts_with("cmake_pch.");
}

/// The position in "[3:5, byte=20]: Expected , or ]", as llvm::json words its errors.
void takePosition(std::string &message, Location &location) {
  StringRef rest = message;
  unsigned line = 0, column = 0;
  if (!rest.consume_front("[") || rest.consumeInteger(10, line) || !rest.consume_front(":") ||
      rest.consumeInteger(10, column))
    return;
  location.line = line;
  location.column = std::max(column, 1u); // 0 at the end of an empty file
  message = rest.split("]: ").second.str();
}

/// What is wrong, and what to do.
using Fault = std::pair<std::string, std::string>;

/// Nothing: it can be analysed.
std::optional<Fault> whyUnusable(const Unit &unit, const std::string &database) {
  StringRef program = unit.arguments.empty() ? StringRef() : path::stem(unit.arguments.front());
  if (program.equals_insensitive("cl") || program.equals_insensitive("clang-cl"))
    return Fault{"command lines of " + program.str() + " are not supported", "configure a build with g++ or clang++"};
  if (!fs::exists(unit.file)) return Fault{"named in '" + database + "' but does not exist", reconfigureRemedy};
  if (fs::is_directory(unit.file) || fs::access(unit.file, fs::AccessMode::Exist) ||
      !llvm::MemoryBuffer::getFileSlice(unit.file, 0, 0))
    return Fault{"the file cannot be read", "check its permissions"};
  return std::nullopt;
}

class IntakeRun {
public:
  explicit IntakeRun(const IntakeOptions &options) : options(options) {}

  Intake run() {
    std::vector<std::string> paths = existingPaths();
    if (options.hasFlags)
      unitsFromFlags(paths);
    else if (!paths.empty() || options.paths.empty())
      unitsFromDatabases(paths);
    takeOthers();
    sortUnits(intake.units);
    sortUnits(intake.others);
    return std::move(intake);
  }

private:
  void problem(Location location, std::string message, std::string remedy) {
    intake.problems.push_back({std::move(location), std::move(message), std::move(remedy)});
  }

  std::vector<std::string> existingPaths() {
    std::vector<std::string> result;
    for (const std::string &name : options.paths) {
      std::string full = absolutePath(name);
      if (fs::exists(full))
        result.push_back(std::move(full));
      else
        problem({full}, "no such file or folder",
                "check the spelling; paths are relative to the current folder");
    }
    return result;
  }

  bool isExcluded(StringRef file) const {
    return llvm::any_of(options.excluded, [&](const std::string &prefix) { return isBelow(file, prefix); });
  }

  void unitsFromFlags(const std::vector<std::string> &paths);
  void unitsFromFolder(const std::string &folder);
  void unitFromFlags(const std::string &file);
  void unitsFromDatabases(const std::vector<std::string> &paths);
  std::string findDatabase(const std::string &start);
  std::vector<CompileCommand> readDatabase(const std::string &file);
  void addFrom(const std::string &database, const std::vector<std::string> &paths);
  void addMatching(const std::string &database, const std::vector<Unit> &units, const std::string &asked);
  std::vector<Unit> toUnits(const std::string &database, std::vector<CompileCommand> commands);
  void addExcluded(const std::string &asked, bool isFolder);
  bool isUsable(const std::string &database, const Unit &unit);
  void addUnit(Unit unit);
  void takeOthers();
  static void sortUnits(std::vector<Unit> &units);

  const IntakeOptions &options;
  Intake intake;
  std::set<std::tuple<std::string, std::string, std::vector<std::string>>> known;
  std::vector<Unit> listed; // all of the databases from which some units were asked for, but for excluded ones
  std::set<std::string> reported; // files with a problem of their own
};

// ---- flags
// ---------------------------------------------------------------------------------------------------------

void IntakeRun::unitsFromFlags(const std::vector<std::string> &paths) {
  if (options.paths.empty())
    problem({}, "compiler flags without a file to use them for", "name files or folders before `--`");
  for (const std::string &name : paths) {
    if (fs::is_directory(name))
      unitsFromFolder(name);
    else
      unitFromFlags(name);
  }
}

void IntakeRun::unitsFromFolder(const std::string &folder) {
  size_t before = intake.units.size();
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; it != end && !error; it.increment(error)) {
    if (path::filename(it->path()).starts_with("."))
      it.no_push();
    else if (isSource(it->path()) && !fs::is_directory(it->path()))
      unitFromFlags(absolutePath(it->path()));
  }
  if (error)
    problem({folder}, "the folder cannot be read: " + error.message(), "check its permissions");
  else if (intake.units.size() == before)
    problem({folder}, "no C++ source files in this folder", "name another folder or files");
}

void IntakeRun::unitFromFlags(const std::string &file) {
  if (isHeader(file))
    return problem({file}, "a header is not a translation unit", "name a source file that includes it");
  std::string directory = absolutePath(".");
  std::vector<std::string> arguments = {"clang++"};
  arguments.insert(arguments.end(), options.flags.begin(), options.flags.end());
  clang::tooling::addExpandedResponseFiles(arguments, directory, llvm::cl::TokenizeGNUCommandLine,
                                           *llvm::vfs::getRealFileSystem());
  auto isStandard = [](StringRef flag) { return flag.starts_with("-std=") || flag.starts_with("--std="); };
  if (llvm::none_of(arguments, isStandard))
    arguments.push_back("-std=c++20"); // the first one that has coroutines
  arguments.push_back(file);
  Unit unit{file, directory, repairArguments(std::move(arguments), resourceDirectory())};
  if (isUsable("", unit)) addUnit(std::move(unit));
}

// ---- databases
// -----------------------------------------------------------------------------------------------------

void IntakeRun::unitsFromDatabases(const std::vector<std::string> &paths) {
  if (!options.buildDirectory.empty()) {
    std::string database = absolutePath(options.buildDirectory);
    if (!StringRef(database).ends_with(".json")) database += std::string("/") + databaseName;
    return addFrom(database, paths);
  }
  std::map<std::string, std::vector<std::string>> pathsOf; // by database
  if (paths.empty()) pathsOf[findDatabase(absolutePath("."))];
  for (const std::string &name : paths) pathsOf[findDatabase(name)].push_back(name);
  for (const auto &[database, names] : pathsOf)
    if (!database.empty()) addFrom(database, names);
}

/// From the path upwards: in each folder the database itself, then the one in its build/.
std::string IntakeRun::findDatabase(const std::string &start) {
  StringRef first = fs::is_directory(start) ? StringRef(start) : path::parent_path(start);
  for (StringRef folder = first; !folder.empty(); folder = path::parent_path(folder)) {
    for (const char *below : {"", "build"}) {
      llvm::SmallString<256> candidate(folder);
      path::append(candidate, below, databaseName);
      if (fs::exists(candidate)) return absolutePath(candidate);
    }
  }
  if (reported.insert("database for " + first.str()).second)
    problem({},
            std::string("no ") + databaseName + " found; looked in '" + first.str() +
                "', its build/ and every folder above",
            exportRemedy);
  return {};
}

std::vector<CompileCommand> IntakeRun::readDatabase(const std::string &file) {
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer) {
    bool missing = buffer.getError() == std::errc::no_such_file_or_directory;
    problem({file},
            missing ? "no such compile database"
                    : "the compile database cannot be read: " + buffer.getError().message(),
            exportRemedy);
    return {};
  }
  // The database class reads JSON as YAML and prints syntax errors itself, so it gets only what is JSON.
  std::string message;
  Location location{file};
  StringRef text = (*buffer)->getBuffer();
  if (std::optional<size_t> bracket = tooDeepJson(std::string_view(text))) {
    StringRef before = text.take_front(*bracket);
    location.line = unsigned(before.count('\n') + 1);
    location.column = unsigned(before.size() - (before.rfind('\n') + 1) + 1);
    problem(location, "malformed compile database: its brackets are nested too deep", reconfigureRemedy);
    return {};
  }
  if (auto json = llvm::json::parse((*buffer)->getBuffer()); !json) {
    message = llvm::toString(json.takeError());
    takePosition(message, location);
    problem(location, "malformed compile database: " + message, reconfigureRemedy);
    return {};
  }
  auto database = clang::tooling::JSONCompilationDatabase::loadFromBuffer(
      (*buffer)->getBuffer(), message, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (!database) {
    problem(location, "malformed compile database: " + message, reconfigureRemedy);
    return {};
  }
  auto expanded = clang::tooling::inferTargetAndDriverMode(
      clang::tooling::expandResponseFiles(std::move(database), llvm::vfs::getRealFileSystem()));
  std::vector<CompileCommand> commands = expanded->getAllCompileCommands();
  if (commands.empty())
    problem(location, "the compile database is empty", "build at least one C++ target into it");
  return commands;
}

void IntakeRun::addFrom(const std::string &database, const std::vector<std::string> &paths) {
  std::vector<CompileCommand> commands = readDatabase(database);
  if (commands.empty()) return;
  if (intake.databaseFolder.empty()) intake.databaseFolder = path::parent_path(database).str();
  std::vector<Unit> units = toUnits(database, std::move(commands));
  for (const std::string &asked : paths) addMatching(database, units, asked);
  for (const Unit &unit : units) {
    if (isExcluded(unit.file)) continue;
    if (!paths.empty()) listed.push_back(unit);
    else if (isUsable(database, unit)) addUnit(unit);
  }
}

/// Which units were not asked for is known when all that were are.
void IntakeRun::takeOthers() {
  for (Unit &unit : listed) {
    if (!known.emplace(unit.file, unit.directory, unit.arguments).second) continue;
    intake.isPartial = true;
    if (!whyUnusable(unit, "")) intake.others.push_back(std::move(unit));
  }
}

void IntakeRun::addMatching(const std::string &database, const std::vector<Unit> &units,
                            const std::string &asked) {
  bool isFolder = fs::is_directory(asked);
  std::string real = realPath(asked);
  bool found = false, isLeftOut = true;
  for (const Unit &unit : units) {
    bool matches = isFolder ? isBelow(unit.file, asked) || isBelow(unit.file, real)
                            : unit.file == asked || unit.file == real || realPath(unit.file) == real;
    if (!matches) continue;
    found = true;
    if (isExcluded(unit.file)) continue;
    isLeftOut = false;
    if (isUsable(database, unit)) addUnit(unit);
  }
  if (found && isLeftOut) return addExcluded(asked, isFolder);
  if (found) return;
  if (options.skipsUnlisted && !isFolder)
    intake.skipped.push_back(asked + " is not in the compile database, and is not checked by itself");
  else if (isFolder)
    problem({asked}, "no translation unit of '" + database + "' lies in this folder",
            "name a folder of this project, or another build folder with -p");
  else if (isHeader(asked))
    problem({asked}, "a header is not a translation unit", "name a source file that includes it");
  else
    problem({asked}, "not in the compile database '" + database + "'",
            "add the file to a target and configure again, or give its flags after `--`");
}

/// Asked for, and not to be analysed: which of the two is meant only the user knows.
void IntakeRun::addExcluded(const std::string &asked, bool isFolder) {
  if (options.skipsUnlisted) return intake.skipped.push_back(asked + " is excluded by the configuration");
  problem({asked}, isFolder ? "all translation units in this folder are excluded by the configuration"
                            : "this file is excluded by the configuration",
          "take it out of 'exclude' ('coroguard config' shows where that is), or do not name it");
}

std::vector<Unit> IntakeRun::toUnits(const std::string &database, std::vector<CompileCommand> commands) {
  std::vector<Unit> units;
  for (CompileCommand &command : commands) {
    Unit unit;
    unit.directory = absolutePath(command.Directory, path::parent_path(database));
    unit.file = absolutePath(command.Filename, unit.directory);
    if (isPrecompiledHeaderStub(unit.file)) continue;
    unit.arguments = repairArguments(std::move(command.CommandLine), resourceDirectory());
    units.push_back(std::move(unit));
  }
  return units;
}

/// Says once per file why it cannot be analysed.
bool IntakeRun::isUsable(const std::string &database, const Unit &unit) {
  std::optional<Fault> why = whyUnusable(unit, database);
  if (why && reported.insert(unit.file).second) problem({unit.file}, std::move(why->first), std::move(why->second));
  return !why;
}

void IntakeRun::addUnit(Unit unit) {
  if (known.emplace(unit.file, unit.directory, unit.arguments).second)
    intake.units.push_back(std::move(unit));
}

void IntakeRun::sortUnits(std::vector<Unit> &units) {
  llvm::sort(units, [](const Unit &a, const Unit &b) {
    return std::tie(a.file, a.directory, a.arguments) < std::tie(b.file, b.directory, b.arguments);
  });
}

} // namespace

Intake takeIn(const IntakeOptions &options) { return IntakeRun(options).run(); }

} // namespace coroguard
