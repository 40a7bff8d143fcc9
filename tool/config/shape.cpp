#include "tool/config/shape.h"
#include "rules/table.h"
#include "tool/config/profiles.h"
#include <llvm/ADT/StringExtras.h>

namespace coroguard {
namespace {

using Type = Shape::Type;
using Keys = std::vector<std::pair<std::string, Shape>>;

std::string quoted(const std::string &name) { return "'" + name + "'"; }

Shape mapping(const std::string &name, std::string help, Keys keys) {
  return {.type = Type::Mapping,
          .help = std::move(help),
          .complaint = quoted(name) + " must be a mapping (key: value)",
          .keys = std::move(keys),
          .unknownKey = "unknown key '{}' of " + quoted(name),
          .mayBeEmpty = true};
}

Shape list(std::string help, const std::string &complaint) {
  return {.type = Type::List,
          .help = std::move(help),
          .complaint = complaint,
          .parts = {{.type = Type::Text, .complaint = complaint, .remedy = "put a number or a word like true into quotes"}},
          .mayBeEmpty = true};
}

Shape word(std::string help, const std::string &noun, const std::vector<std::string> &words) {
  std::string complaint = noun + " must be one of " + llvm::join(words, ", ");
  return {.type = Type::Word,
          .help = std::move(help),
          .complaint = complaint,
          .words = words,
          .unknownWord = "unknown " + noun + " '{}'"};
}

Shape level(std::string help, const std::string &noun) {
  Shape shape = word(std::move(help), noun, levelWords());
  shape.type = Type::Level;
  return shape;
}

Shape optionShape(const Option &option) {
  std::string must = "option " + quoted(option.name) + " must be ";
  if (std::holds_alternative<bool>(option.fallback))
    return {.type = Type::Truth, .help = option.help, .complaint = must + "true or false"};
  if (std::holds_alternative<long>(option.fallback))
    return {.type = Type::Number, .help = option.help, .complaint = must + "a whole number"};
  if (std::holds_alternative<std::string>(option.fallback))
    return {.type = Type::Word,
            .help = option.help,
            .complaint = must + "one of " + llvm::join(option.words, ", "),
            .words = option.words};
  Shape shape = list(option.help, must + "a list of words");
  shape.mayBeEmpty = false;
  return shape;
}

Shape ruleShape(const Rule &rule) {
  std::string id = rule.info.id;
  Keys options;
  for (const Option &option : rule.options) options.emplace_back(option.name, optionShape(option));
  Shape optionsShape = mapping("options", "What the rule can be told", std::move(options));
  optionsShape.unknownKey = "rule " + quoted(id) + " has no option '{}'";
  Keys keys{{"severity", level("How loud it is", "severity")}};
  if (!rule.options.empty()) keys.emplace_back("options", std::move(optionsShape));
  std::string complaint =
      "the value of rule " + quoted(id) + " must be on, off, a severity or a mapping with severity and options";
  Shape full = mapping(id, "With options; this turns the rule on unless it says 'severity: off'", std::move(keys));
  full.unknownKey = "unknown key '{}' of rule " + quoted(id);
  full.mayBeEmpty = false;
  Shape plain = level({}, "severity");
  plain.unknownWord.clear();
  plain.complaint = complaint;
  return {.type = Type::Choice, .help = rule.info.summary, .complaint = complaint, .parts = {plain, std::move(full)}};
}

Shape rulesShape() {
  Keys rules;
  for (const RegisteredRule &known : allRules()) rules.emplace_back(known.rule.info.id, ruleShape(known.rule));
  Shape shape = mapping("rules", "Which rules run, how loud they are, and their options", std::move(rules));
  shape.unknownKey = "unknown rule '{}'";
  shape.keyPrefix = "coroguard-"; // as clang-tidy prints them
  shape.isShared = true;
  shape.movedKeys = {{"unused-suppression", "set it with 'unused' under 'suppressions'"},
                     {"suppression-without-reason", "set it with 'require-reason' under 'suppressions'"}};
  return shape;
}

Shape profileShape() {
  std::vector<std::string> names;
  for (const Profile &profile : allProfiles()) names.emplace_back(profile.name);
  return word("Named settings for a kind of code, under what the file itself says", "profile", names);
}

Shape suppressionsShape() {
  return mapping("suppressions", "What is said about suppression comments",
                 {{"require-reason",
                   level("Report a suppression comment of ours that gives no reason, as suppression-without-reason",
                         "severity")},
                  {"unused", level("Report a suppression comment of ours that suppresses nothing, as unused-suppression",
                                   "severity")}});
}

/// What a file and an override have in common.
Keys settingKeys() {
  return {{"profile", profileShape()}, {"rules", rulesShape()}, {"suppressions", suppressionsShape()}};
}

Shape overridesShape() {
  std::string complaint = "'overrides' must be a list of mappings with paths and rules";
  Keys keys = settingKeys();
  Shape paths = list("Files and folders as in .gitignore: ** for any depth, a name alone at any depth",
                     "'paths' must be a list of patterns");
  paths.mayBeEmpty = false;
  keys.emplace(keys.begin(), "paths", std::move(paths));
  Shape item{.type = Type::Mapping, .complaint = complaint, .keys = std::move(keys), .required = {"paths"}};
  item.unknownKey = "unknown key '{}' of an override";
  item.movedKeys = {{"models", "models hold for the whole project; write it at the top"},
                    {"exclude", "it holds for the whole project; write it at the top"}};
  return {.type = Type::List,
          .help = "Settings for some of the files; of several that match, the later ones win",
          .complaint = complaint,
          .parts = {std::move(item)},
          .mayBeEmpty = true};
}

Shape fileShape() {
  std::string extendsComplaint = "'extends' must be a path or a list of paths";
  Shape extendsList = list({}, extendsComplaint);
  Shape file = mapping("the file", "Configuration of coroguard, a linter for asynchronous C++", {});
  file.complaint = "the file must be a mapping (key: value)";
  file.keys = settingKeys();
  file.keys.emplace(file.keys.begin(), "extends",
                    Shape{.type = Type::Choice,
                          .help = "Other configuration files, read first; this file wins over them, the later over the earlier",
                          .complaint = extendsComplaint,
                          .parts = {extendsList.parts[0], extendsList}});
  file.keys.emplace_back("overrides", overridesShape());
  file.keys.emplace_back("models", list("Files that say what a library means", "'models' must be a list of paths"));
  file.keys.emplace_back("exclude",
                         list("Folders and files that do not belong to the project", "'exclude' must be a list of paths"));
  file.unknownKey = "unknown key '{}'";
  file.movedKeys = {{"<<", "YAML's merge key is not read; name a file with 'extends'"}};
  return file;
}

} // namespace

const Shape &configShape() {
  static const Shape shape = fileShape();
  return shape;
}

const std::vector<std::string> &levelWords() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all{"off", "on"};
    all.insert(all.end(), std::begin(severityWords), std::end(severityWords));
    return all;
  }();
  return words;
}

} // namespace coroguard
