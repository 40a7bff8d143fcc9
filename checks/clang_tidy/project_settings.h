// What the project's .coroguard.yaml means for one file. tool/ knows the format and sets the reader; without one, hosts
// run with clang-tidy's own options alone.
#pragma once
#include "rule.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace coroguard {

struct RuleSettings {
  std::optional<bool> enabled; // empty: nothing is said of it
  std::optional<Severity> severity;
  OptionValues options;
};

struct ProjectSettings {
  std::map<std::string, RuleSettings> rules; // by id
  std::vector<std::string> models;
  std::vector<std::string> excluded;
  std::vector<Problem> problems;

  RuleSettings of(const std::string &rule) const {
    auto found = rules.find(rule);
    return found == rules.end() ? RuleSettings{} : found->second;
  }
};

using ProjectSettingsReader = std::shared_ptr<const ProjectSettings> (*)(const std::string &file);

/// Set once, before main() or while the plugin is loaded.
ProjectSettingsReader &projectSettingsReader();

/// Never null.
std::shared_ptr<const ProjectSettings> projectSettingsOf(const std::string &file);

} // namespace coroguard
