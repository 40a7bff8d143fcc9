// The settings of every file of a project: its configuration, and those of subfolders, which stand for the files below.
#pragma once
#include "tool/config/config.h"
#include <deque>
#include <memory>

namespace coroguard {

class FolderSettings {
public:
  /// `root` is the project's folder; without `searches` (the user named a file) this configuration is that of all files.
  FolderSettings(Config config, std::string root, bool searches)
      : project(std::make_unique<const Config>(std::move(config))), root(std::move(root)), searches(searches) {}

  /// Reads the configurations that hold for these files (absolute); what is wrong with them is told once.
  void visit(const std::vector<std::string> &files, std::vector<Problem> &problems);

  /// What holds for a file; files for which the same holds have the same object. Files that were not visited have the settings of a visited folder above, or the project's.
  const Settings &of(const std::string &file) const;
  const Config &configOf(const std::string &file) const;
  const Config &projectConfig() const { return *project; }

private:
  const Config &configOfFolder(const std::string &folder) const;
  const Config *nested(const std::string &folder, std::vector<Problem> &problems);

  std::unique_ptr<const Config> project; // at a place of its own: the maps point to it, also after a move
  std::string root;
  bool searches;
  std::deque<Config> configs;                      // of subfolders
  std::map<std::string, const Config *> byFolder;
  using Key = std::pair<const Config *, std::vector<bool>>; // which of its layers apply
  mutable std::map<Key, Settings> known;
  mutable std::map<std::string, const Settings *> byFile;
};

} // namespace coroguard
