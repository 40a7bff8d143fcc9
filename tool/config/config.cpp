// .coroguard.yaml -> Config. Strict: what is not understood is a problem at its place, never ignored.
#include "tool/config/config.h"
#include "frameworks/reader.h"
#include "rules/table.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <yaml-cpp/yaml.h>

namespace coroguard {
namespace {

using llvm::StringRef;

/// The likely word, or the words to choose from; of long lists, who prints them.
std::string suggestion(StringRef word, const std::vector<std::string> &known) {
  std::string text = didYouMean(word, Names(known.begin(), known.end()));
  bool isList = !StringRef(text).starts_with("did you mean");
  return isList && known.size() > 8 ? "'coroguard rules' lists them" : text;
}

class ConfigReader {
public:
  ConfigReader(const std::string &file, std::vector<Problem> &problems) : problems(problems) {
    config.file = file;
  }

  Config run() {
    auto text = llvm::MemoryBuffer::getFile(config.file);
    if (!text) {
      problems.push_back(
          {{config.file}, "the configuration cannot be read: " + text.getError().message(), "check its path and permissions"});
      return std::move(config);
    }
    try {
      readFile(YAML::Load((*text)->getBuffer().str()));
    } catch (const YAML::Exception &error) {
      problem(error.mark, "not valid YAML: " + error.msg);
    }
    return std::move(config);
  }

private:
  void problem(const YAML::Mark &mark, std::string message, std::string remedy = {}) {
    Location location{config.file};
    if (!mark.is_null()) {
      location.line = static_cast<unsigned>(mark.line + 1);
      location.column = static_cast<unsigned>(mark.column + 1);
    }
    problems.push_back({std::move(location), std::move(message), std::move(remedy)});
  }

  bool isMap(const YAML::Node &node, const std::string &what) {
    if (!node.IsMap()) problem(node.Mark(), "'" + what + "' must be a mapping (key: value)");
    return node.IsMap();
  }

  void readFile(const YAML::Node &root);
  void readRules(const YAML::Node &node);
  void readRule(const YAML::Node &key, const YAML::Node &value);
  void readRuleKeys(const Rule &rule, RuleConfig &into, const YAML::Node &node);
  void readSeverity(RuleConfig &into, const YAML::Node &node);
  void readOptions(const Rule &rule, RuleConfig &into, const YAML::Node &node);
  void readOption(const Option &option, RuleConfig &into, const YAML::Node &value);
  std::vector<std::string> readPaths(const YAML::Node &node, const std::string &key);
  bool isFirst(const YAML::Node &key, std::vector<std::string> &seen);

  Config config;
  std::vector<Problem> &problems;
};

/// YAML lets a key stand twice and keeps one of the values silently.
bool ConfigReader::isFirst(const YAML::Node &key, std::vector<std::string> &seen) {
  std::string name = key.IsScalar() ? key.Scalar() : "";
  if (llvm::is_contained(seen, name)) {
    problem(key.Mark(), "'" + name + "' stands here twice", "keep one of them");
    return false;
  }
  seen.push_back(name);
  return true;
}

void ConfigReader::readFile(const YAML::Node &root) {
  if (root.IsNull()) return; // an empty file only marks the project's root
  if (!isMap(root, "the file")) return;
  static const std::vector<std::string> keys = {"rules", "models", "exclude"};
  std::vector<std::string> seen;
  for (const auto &entry : root) {
    std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (!isFirst(entry.first, seen)) continue;
    if (key == "rules")
      readRules(entry.second);
    else if (key == "models")
      config.models = readPaths(entry.second, key);
    else if (key == "exclude")
      config.excluded = readPaths(entry.second, key);
    else
      problem(entry.first.Mark(), "unknown key '" + key + "'", suggestion(key, keys));
  }
}

void ConfigReader::readRules(const YAML::Node &node) {
  if (node.IsNull() || !isMap(node, "rules")) return;
  std::vector<std::string> seen;
  for (const auto &entry : node)
    if (isFirst(entry.first, seen)) readRule(entry.first, entry.second);
}

void ConfigReader::readRule(const YAML::Node &key, const YAML::Node &value) {
  std::string id = key.IsScalar() ? key.Scalar() : "";
  const RegisteredRule *rule = findRule(id);
  if (!rule) {
    std::vector<std::string> ids;
    for (const RegisteredRule &known : allRules()) ids.emplace_back(known.rule.info.id);
    return problem(key.Mark(), "unknown rule '" + id + "'", suggestion(id, ids));
  }
  RuleConfig &into = config.rules[id];
  bool enabled = false;
  if (value.IsMap())
    readRuleKeys(rule->rule, into, value);
  else if (value.IsScalar() && YAML::convert<bool>::decode(value, enabled))
    into.enabled = enabled;
  else
    problem(value.Mark(),
            "the value of rule '" + id + "' must be on, off or a mapping with severity and options");
}

void ConfigReader::readRuleKeys(const Rule &rule, RuleConfig &into, const YAML::Node &node) {
  into.enabled = true; // who configures a rule wants it
  static const std::vector<std::string> keys = {"severity", "options"};
  std::vector<std::string> seen;
  for (const auto &entry : node) {
    std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (!isFirst(entry.first, seen)) continue;
    if (key == "severity")
      readSeverity(into, entry.second);
    else if (key == "options")
      readOptions(rule, into, entry.second);
    else
      problem(entry.first.Mark(), "unknown key '" + key + "' of rule '" + rule.info.id + "'",
              suggestion(key, keys));
  }
}

void ConfigReader::readSeverity(RuleConfig &into, const YAML::Node &node) {
  static const std::vector<std::string> words(std::begin(severityWords), std::end(severityWords));
  std::string word = node.IsScalar() ? node.Scalar() : "";
  auto found = llvm::find(words, word);
  if (found == words.end())
    return problem(node.Mark(), "unknown severity '" + word + "'", suggestion(word, words));
  into.severity = static_cast<Severity>(found - words.begin());
}

void ConfigReader::readOptions(const Rule &rule, RuleConfig &into, const YAML::Node &node) {
  if (node.IsNull() || !isMap(node, "options")) return;
  std::vector<std::string> seen;
  for (const auto &entry : node) {
    std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (!isFirst(entry.first, seen)) continue;
    auto option = llvm::find_if(rule.options, [&](const Option &known) { return name == known.name; });
    if (option != rule.options.end()) {
      readOption(*option, into, entry.second);
      continue;
    }
    std::vector<std::string> names;
    for (const Option &known : rule.options) names.emplace_back(known.name);
    problem(entry.first.Mark(), "rule '" + std::string(rule.info.id) + "' has no option '" + name + "'",
            suggestion(name, names));
  }
}

void ConfigReader::readOption(const Option &option, RuleConfig &into, const YAML::Node &value) {
  bool truth = false;
  long number = 0;
  std::string quoted = "option '" + std::string(option.name) + "' must be ";
  if (std::holds_alternative<bool>(option.fallback)) {
    if (value.IsScalar() && YAML::convert<bool>::decode(value, truth))
      into.options.set(option.name, truth);
    else
      problem(value.Mark(), quoted + "true or false");
  } else if (std::holds_alternative<long>(option.fallback)) {
    if (value.IsScalar() && YAML::convert<long>::decode(value, number))
      into.options.set(option.name, number);
    else
      problem(value.Mark(), quoted + "a whole number");
  } else if (std::holds_alternative<std::string>(option.fallback)) {
    if (value.IsScalar() && llvm::is_contained(option.words, value.Scalar()))
      into.options.set(option.name, value.Scalar());
    else
      problem(value.Mark(), quoted + "one of " + llvm::join(option.words, ", "));
  } else {
    bool areScalars =
        value.IsSequence() && llvm::all_of(value, [](const YAML::Node &item) { return item.IsScalar(); });
    if (areScalars)
      into.options.set(option.name, value.as<std::vector<std::string>>());
    else
      problem(value.Mark(), quoted + "a list of words");
  }
}

std::vector<std::string> ConfigReader::readPaths(const YAML::Node &node, const std::string &key) {
  std::vector<std::string> paths;
  if (node.IsNull()) return paths;
  if (!node.IsSequence())
    problem(node.Mark(), "'" + key + "' must be a list of paths");
  else
    for (const YAML::Node &item : node) {
      if (!item.IsScalar() || item.Scalar().empty()) {
        problem(item.Mark(), "'" + key + "' must be a list of paths");
        continue;
      }
      llvm::SmallString<256> path;
      if (llvm::sys::path::is_relative(item.Scalar())) path = llvm::sys::path::parent_path(config.file);
      llvm::sys::path::append(path, item.Scalar());
      llvm::sys::fs::make_absolute(path); // the file itself may be named relative to the current folder
      llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
      paths.push_back(StringRef(path).rtrim('/').str());
    }
  return paths;
}

} // namespace

Config readConfig(const std::string &file, std::vector<Problem> &problems) {
  return ConfigReader(file, problems).run();
}

std::string findConfig(const std::string &folder) {
  llvm::SmallString<256> start(folder);
  llvm::sys::fs::make_absolute(start);
  llvm::sys::path::remove_dots(start, /*remove_dot_dot=*/true);
  for (StringRef current = start; !current.empty(); current = llvm::sys::path::parent_path(current)) {
    llvm::SmallString<256> candidate(current);
    llvm::sys::path::append(candidate, ".coroguard.yaml");
    if (llvm::sys::fs::is_regular_file(candidate)) return std::string(candidate);
  }
  return {};
}

} // namespace coroguard
