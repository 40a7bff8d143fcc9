// The project that a command works on: its root, configuration, models and rules, and its index.
#pragma once
#include "facts/fact.h"
#include "facts/scope.h"
#include "frameworks/model.h"
#include "tool/config/folder_settings.h"
#include "tool/intake/units.h"

namespace coroguard {

struct ProjectOptions {
  std::string root;                // --project; empty: found from the paths, the units or the current folder
  std::string config;              // --config; empty: the nearest .coroguard.yaml
  std::vector<std::string> models; // --model, before those of the configuration
  std::vector<std::string> rules;  // --rule: only these; empty: as configured
  std::vector<std::string> excluded; // --exclude: folders, besides those of the configuration
  bool hasUnits = true;            // false: the facts are there already, and only configuration and rules are wanted
  bool keepsLinks = false;         // see Unit
};

struct Project {
  ProjectScope scope;
  FolderSettings settings;
  Models models;
  std::vector<std::string> rules; // the chosen ones; empty: as configured
  Intake intake;
  std::vector<std::string> notes; // what nobody asked for and somebody should know
};

/// Reads everything a run needs. Problems are appended; what has none is usable.
Project openProject(const ProjectOptions &options, IntakeOptions intake, std::vector<Problem> &problems);

/// The configuration that a project is opened with: the one given, or the one of the project around the paths.
std::string configFileOf(const ProjectOptions &options, const std::vector<std::string> &paths);

/// Writes the index in one step (rename), so that a reader never sees half of it. False when the folder is not
/// writable: the run's findings do not depend on it.
bool writeIndex(const ProjectScope &scope, const Facts &facts);

} // namespace coroguard
