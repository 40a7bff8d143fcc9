#include "tool/config/folder_settings.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

namespace path = llvm::sys::path;

std::string folderOf(const std::string &file) { return path::parent_path(file).str(); }

bool isBelow(llvm::StringRef folder, llvm::StringRef root) {
  return folder.consume_front(root) && folder.starts_with("/");
}

/// Models are read before, and folders left out before anything is: one answer for the whole project.
void refuseProjectKeys(const Config &config, const Config &project, std::vector<Problem> &problems) {
  auto refuse = [&](const std::vector<ConfiguredPath> &paths, const std::vector<ConfiguredPath> &known, const char *key) {
    for (const ConfiguredPath &entry : paths) {
      if (llvm::any_of(known, [&](const ConfiguredPath &other) { return other.path == entry.path; })) continue;
      std::string where = project.file.empty() ? "the .coroguard.yaml of the project's root" : "'" + project.file + "'";
      problems.push_back({entry.origin.at, std::string("'") + key + "' holds for the whole project, and this file for one folder",
                          "move it into " + where});
    }
  };
  refuse(config.models, project.models, "models");
  refuse(config.excluded, project.excluded, "exclude");
}

} // namespace

const Config *FolderSettings::nested(const std::string &folder, std::vector<Problem> &problems) {
  if (!searches || !isBelow(folder, root)) return project.get();
  auto [entry, isNew] = byFolder.try_emplace(folder, nullptr);
  if (!isNew) return entry->second;
  std::string nearest = findConfig(folder);
  std::string place = path::parent_path(nearest).str();
  const Config *result = project.get();
  if (place == folder && nearest != project->file) {
    configs.push_back(readConfig(nearest, problems));
    refuseProjectKeys(configs.back(), *project, problems);
    result = &configs.back();
  } else if (isBelow(place, root)) {
    result = nested(folderOf(folder), problems);
  }
  byFolder[folder] = result;
  return result;
}

void FolderSettings::visit(const std::vector<std::string> &files, std::vector<Problem> &problems) {
  for (const std::string &file : files) nested(folderOf(file), problems);
}

const Config &FolderSettings::configOfFolder(const std::string &folder) const {
  for (std::string current = folder; isBelow(current, root); current = folderOf(current))
    if (auto known = byFolder.find(current); known != byFolder.end()) return *known->second;
  return *project;
}

const Config &FolderSettings::configOf(const std::string &file) const { return configOfFolder(folderOf(file)); }

const Settings &FolderSettings::of(const std::string &file) const {
  auto [entry, isNew] = byFile.try_emplace(file, nullptr);
  if (!isNew) return *entry->second;
  Key key{&configOf(file), {}};
  for (const Layer &layer : key.first->layers) key.second.push_back(layer.appliesTo(file));
  auto [settings, isFirst] = known.try_emplace(key);
  if (isFirst) settings->second = settingsFor(*key.first, file);
  return *(entry->second = &settings->second);
}

} // namespace coroguard
