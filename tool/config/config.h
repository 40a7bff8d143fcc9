// .coroguard.yaml: rules, severities, options, models, paths.
#pragma once
#include "rule.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace coroguard {

struct RuleConfig {
  std::optional<bool> enabled;
  std::optional<Severity> severity;
  OptionValues options;
};

struct Config {
  std::string file;                         // where it was read; empty: defaults
  std::map<std::string, RuleConfig> rules;  // by id
  std::vector<std::string> models;          // absolute paths of user models
  std::vector<std::string> excluded;        // absolute path prefixes
};

/// Reads one file. Unknown keys, rules, options and wrong types are problems with file:line:col and a suggestion.
Config readConfig(const std::string &file, std::vector<Problem> &problems);

/// The nearest .coroguard.yaml from this folder upwards, or empty.
std::string findConfig(const std::string &folder);

} // namespace coroguard
