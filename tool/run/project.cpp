#include "tool/run/project.h"
#include "facts/store.h"
#include "frameworks/load.h"
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

std::vector<SelectedRule> selectRules(const std::vector<std::string> &only, const Config &config,
                                      std::vector<Problem> &problems) {
  std::vector<SelectedRule> selected;
  for (const std::string &id : only)
    if (!findRule(id)) problems.push_back({{}, "there is no rule '" + id + "'", "'coroguard rules' lists them"});
  for (const RegisteredRule &registered : allRules()) {
    const RuleInfo &info = registered.rule.info;
    auto configured = config.rules.find(info.id);
    RuleConfig settings = configured == config.rules.end() ? RuleConfig{} : configured->second;
    bool enabled = only.empty() ? settings.enabled.value_or(info.enabledByDefault) : llvm::is_contained(only, info.id);
    if (enabled) selected.push_back({&registered, settings.severity.value_or(info.severity), settings.options});
  }
  return selected;
}

} // namespace

Project openProject(const ProjectOptions &options, IntakeOptions wanted, std::vector<Problem> &problems) {
  // The configuration may leave out folders, so it is read before the units; it is looked for from where they are.
  std::string start = !options.root.empty() ? options.root : wanted.paths.empty() ? "." : wanted.paths.front();
  std::string configFile = !options.config.empty() ? options.config : findConfig(absolute(start));
  Config config = configFile.empty() ? Config{} : readConfig(absolute(configFile, options.keepsLinks), problems);
  for (const std::string &folder : options.excluded) config.excluded.push_back(absolute(folder, options.keepsLinks));
  wanted.excluded = config.excluded;
  Intake intake = options.hasUnits ? takeIn(wanted) : Intake{};
  for (Unit &unit : intake.units) unit.keepsLinks = options.keepsLinks;
  llvm::append_range(problems, intake.problems);
  std::vector<std::string> models = options.models;
  llvm::append_range(models, config.models);
  for (std::string &folder : config.excluded) folder = absolute(folder, options.keepsLinks);
  ProjectScope scope(rootOf(options.root, wanted, intake), config.excluded);
  auto isInside = [&](const std::string &file) { return scope.contains(file); };
  if (!intake.units.empty() && llvm::none_of(realFiles(intake.units), isInside))
    problems.push_back({{scope.root()}, "no translation unit lies in this project", "choose another --project"});
  Models loaded = loadModels(models, problems);
  std::vector<SelectedRule> rules = selectRules(options.rules, config, problems);
  return {std::move(scope), std::move(config), std::move(loaded), std::move(rules), std::move(intake)};
}

bool writeIndex(const ProjectScope &scope, const Facts &facts) {
  std::string file = scope.indexFile();
  llvm::StringRef folder = path::parent_path(file);
  if (fs::create_directories(folder)) return false;
  auto put = [](const std::string &name, std::string_view text) {
    return !llvm::errorToBool(llvm::writeToOutput(name, [&](llvm::raw_ostream &out) {
      out << text;
      return llvm::Error::success();
    }));
  };
  return put(folder.str() + "/.gitignore", "*\n") && put(file, write(facts));
}

} // namespace coroguard
