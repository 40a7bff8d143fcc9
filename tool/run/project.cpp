#include "tool/run/project.h"
#include "facts/store.h"
#include "frameworks/load.h"
#include "tool/cache/entry_store.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

std::string absolute(llvm::StringRef name, bool keepsLinks = false) {
  llvm::SmallString<256> result(name);
  fs::make_absolute(result);
  path::remove_dots(result, /*remove_dot_dot=*/true);
  llvm::SmallString<256> real;
  if (keepsLinks) return std::string(result);
  return std::string(fs::real_path(result, real) ? result : real);
}

/// Facts name files by their real paths, so the project is made of these.
std::vector<std::string> realFiles(const std::vector<Unit> &units) {
  std::vector<std::string> files;
  for (const Unit &unit : units) files.push_back(absolute(unit.file, unit.keepsLinks));
  return files;
}

/// Given; else marked by .coroguard.yaml, .git or an earlier run's .coroguard/ above the first unit; else, of the folders
/// that hold all units, the one asked for, the current one, or that of the compile database or above it; else the
/// deepest one. Never the whole file system.
std::string rootOf(const std::string &given, const IntakeOptions &wanted, const Intake &intake) {
  if (!given.empty()) return absolute(given);
  std::vector<std::string> files = realFiles(intake.units);
  if (files.empty()) return ProjectScope::findRoot(absolute("."));
  auto holdsAll = [&](const std::string &folder) {
    ProjectScope scope(folder);
    return folder.size() > 1 && llvm::all_of(files, [&](const std::string &file) { return scope.contains(file); });
  };
  std::vector<std::string> candidates{ProjectScope::findMarked(files.front())};
  for (const std::string &asked : wanted.paths) candidates.push_back(absolute(asked));
  candidates.push_back(absolute("."));
  if (!intake.databaseFolder.empty()) {
    candidates.push_back(absolute(intake.databaseFolder));
    candidates.push_back(path::parent_path(absolute(intake.databaseFolder)).str());
  }
  for (const std::string &candidate : candidates)
    if (holdsAll(candidate)) return candidate;
  std::string folder = path::parent_path(files.front()).str();
  while (folder.size() > 1 && !holdsAll(folder)) folder = path::parent_path(folder).str();
  return folder;
}

/// By their ids; with the prefix that clang-tidy gives them, too.
std::vector<std::string> chosenRules(std::vector<std::string> only, std::vector<Problem> &problems) {
  for (std::string &id : only) {
    if (llvm::StringRef(id).starts_with("coroguard-")) id.erase(0, llvm::StringRef("coroguard-").size());
    if (!findRule(id)) problems.push_back({{}, "there is no rule '" + id + "'", "'coroguard rules' lists them"});
  }
  return only;
}

std::vector<std::string> pathsOf(const std::vector<ConfiguredPath> &entries) {
  std::vector<std::string> paths;
  for (const ConfiguredPath &entry : entries) paths.push_back(entry.path);
  return paths;
}

std::string placeOf(const ValueOrigin &origin) {
  return origin.at.file + ":" + std::to_string(origin.at.line) + ":" + std::to_string(origin.at.column);
}

/// A folder that a build makes may not be there yet; a name with a mistake in it never is.
std::vector<std::string> notesAboutExcluded(const Config &config) {
  std::vector<std::string> notes;
  for (const ConfiguredPath &entry : config.excluded)
    if (!fs::exists(entry.path))
      notes.push_back(placeOf(entry.origin) + ": 'exclude' names '" + entry.path + "', which does not exist");
  return notes;
}

/// Nothing checked is not nothing found.
void refuseNothingLeft(const Intake &intake, const Config &config, std::vector<Problem> &problems) {
  if (!intake.units.empty() || !intake.problems.empty() || !intake.skipped.empty()) return;
  Location at = config.excluded.empty() ? Location{} : config.excluded.front().origin.at;
  problems.push_back({std::move(at), "all translation units are excluded, and nothing is left to check",
                      "exclude less: folders and files that are not yours"});
}

} // namespace

std::string configFileOf(const ProjectOptions &options, const std::vector<std::string> &paths) {
  if (!options.config.empty()) return absolute(options.config, options.keepsLinks);
  if (!options.root.empty()) return findConfig(absolute(options.root));
  std::string start = absolute(paths.empty() ? "." : paths.front());
  std::string marked = ProjectScope::findMarked(start); // its own, and not that of a subfolder on the way
  return findConfig(marked.empty() ? start : marked);
}

Project openProject(const ProjectOptions &options, IntakeOptions wanted, std::vector<Problem> &problems) {
  // The configuration may leave out folders, so it is read before the units; it is looked for from where they are.
  std::string configFile = configFileOf(options, wanted.paths);
  Config config = configFile.empty() ? Config{} : readConfig(configFile, problems);
  wanted.excluded = pathsOf(config.excluded);
  std::vector<std::string> notes = notesAboutExcluded(config);
  for (const std::string &folder : options.excluded) wanted.excluded.push_back(absolute(folder, options.keepsLinks));
  Intake intake = options.hasUnits ? takeIn(wanted) : Intake{};
  for (Unit &unit : intake.units) unit.keepsLinks = options.keepsLinks;
  llvm::append_range(problems, intake.problems);
  if (options.hasUnits) refuseNothingLeft(intake, config, problems);
  std::vector<std::string> models = options.models;
  llvm::append_range(models, pathsOf(config.models));
  std::vector<std::string> excluded;
  for (const std::string &folder : wanted.excluded) excluded.push_back(absolute(folder, options.keepsLinks));
  ProjectScope scope(rootOf(options.root, wanted, intake), std::move(excluded));
  auto isInside = [&](const std::string &file) { return scope.contains(file); };
  std::vector<std::string> files = realFiles(intake.units);
  if (!files.empty() && llvm::none_of(files, isInside))
    problems.push_back({{scope.root()}, "no translation unit lies in this project", "choose another --project"});
  Models loaded = loadModels(models, problems);
  std::vector<std::string> rules = chosenRules(options.rules, problems);
  FolderSettings settings(std::move(config), scope.root(), /*searches=*/options.config.empty());
  settings.visit(files, problems);
  return {std::move(scope), std::move(settings), std::move(loaded), std::move(rules), std::move(intake), std::move(notes)};
}

bool writeIndex(const ProjectScope &scope, const Facts &facts) {
  std::string file = scope.indexFile();
  std::string ignored = path::parent_path(file).str() + "/.gitignore";
  return replaceFile(ignored, "*\n").empty() && replaceFile(file, write(facts)).empty();
}

} // namespace coroguard
