// .coroguard.yaml with all that it extends: layers of settings, and what holds for one file, with the origin of each value.
#pragma once
#include "rules/table.h"
#include "tool/config/path_pattern.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace coroguard {

/// Where a value was written. Nothing is set for a default.
struct ValueOrigin {
  Location at;         // the file and line; for a value of a profile, where that was named
  std::string profile;
};

/// Off, or on with a severity.
struct Level {
  bool enabled = false;
  Severity severity = Severity::Warning;
  ValueOrigin origin = {};
};

/// A path of the configuration, absolute.
struct ConfiguredPath {
  std::string path;
  ValueOrigin origin;
};

/// What one mapping says: a file's own part, a profile or an override.
struct Layer {
  struct RuleValues {
    std::string word; // of levelWords; empty: only options, which turn the rule on if it is off
    ValueOrigin origin;
    std::map<std::string, std::pair<OptionValue, ValueOrigin>> options;
  };

  std::vector<PathPattern> paths; // empty: every file
  std::string folder;             // that the paths are relative to
  ValueOrigin origin;
  std::map<std::string, RuleValues> rules; // by id
  std::map<std::string, std::pair<std::string, ValueOrigin>> suppressions; // key -> word of levelWords

  bool appliesTo(const std::string &file) const;
};

struct Config {
  std::string file;                     // where it was read; empty: defaults
  std::vector<std::string> files = {};  // all that were read, this one last
  std::vector<Layer> layers = {};       // the later win
  std::vector<ConfiguredPath> models = {};   // user models, the nearest file's first
  std::vector<ConfiguredPath> excluded = {}; // folders and files
};

/// Reads one file and what it extends. Unknown keys, rules, options and wrong types are problems with file:line:col and a
/// suggestion, and left out.
Config readConfig(const std::string &file, std::vector<Problem> &problems);

/// A configuration that says only `profile: NAME`.
Config configOfProfile(const std::string &name, std::vector<Problem> &problems);

/// The nearest .coroguard.yaml from this folder upwards, or empty.
std::string findConfig(const std::string &folder);

/// A rule as configured.
struct RuleSetting {
  const RegisteredRule *registered = nullptr;
  Level level;
  OptionValues options;                 // those that differ from the defaults or say so
  std::map<std::string, ValueOrigin> origins; // of the options that are set
};

/// What holds for one file.
struct Settings {
  std::vector<RuleSetting> rules; // every rule, in the order of the table
  Level requireReason;            // suppression-without-reason
  Level unusedSuppressions;       // unused-suppression

  const RuleSetting *find(std::string_view id) const;
};

/// For an absolute path; with an empty one, for files that no override matches.
Settings settingsFor(const Config &config, const std::string &file);

} // namespace coroguard
