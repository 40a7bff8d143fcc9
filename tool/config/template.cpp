#include "tool/config/template.h"
#include "rules/table.h"
#include "tool/config/profiles.h"
#include "tool/config/shape.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

namespace coroguard {
namespace {

std::string valueOf(const OptionValue &value) {
  if (auto *truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (auto *number = std::get_if<long>(&value)) return std::to_string(*number);
  if (auto *word = std::get_if<std::string>(&value)) return *word;
  const auto &words = std::get<std::vector<std::string>>(value);
  return "[" + llvm::join(words, ", ") + "]";
}

std::string ruleLines(const Rule &rule) {
  const RuleInfo &info = rule.info;
  std::string id = info.id, level = info.enabledByDefault ? wordOf(info.severity) : "off";
  std::string text = "#   # " + std::string(info.summary) + "\n";
  if (rule.options.empty()) return text + "#   " + id + ": " + level + "\n";
  text += "#   " + id + ":\n#     severity: " + level + "\n#     options:\n";
  for (const Option &option : rule.options)
    text += "#       # " + std::string(option.help) + "\n#       " + option.name + ": " + valueOf(option.fallback) + "\n";
  return text;
}

const std::string &helpOf(std::string_view key) {
  const Shape &file = configShape();
  return llvm::find_if(file.keys, [&](auto &entry) { return entry.first == key; })->second.help;
}

std::string rulesPart() {
  std::string text = "# " + helpOf("rules") + ": " + llvm::join(levelWords(), ", ") + ".\n# rules:\n";
  for (const RegisteredRule &rule : allRules()) text += ruleLines(rule.rule);
  return text + "\n";
}

} // namespace

std::string startOf(const ConfigStart &start) {
  std::vector<std::string> profiles;
  for (const Profile &profile : allProfiles()) profiles.emplace_back(profile.name);
  std::string text = "# yaml-language-server: $schema=" + start.schema + "\n";
  text += "# Configuration of coroguard. What is commented out is the default; 'coroguard config FILE' prints what holds.\n";
  if (!start.libraries.empty()) text += "# Libraries seen here that coroguard knows: " + start.libraries + ".\n";
  text += "\n# " + helpOf("extends") + ".\n";
  text += start.extends.empty() ? "# extends: ../shared.coroguard.yaml\n\n" : "extends: " + start.extends + "\n\n";
  text += "# " + helpOf("profile") + ": " + llvm::join(profiles, ", ") + ".\n# profile: application\n\n";
  text += rulesPart();
  text += "# " + helpOf("suppressions") + ".\n# suppressions:\n#   require-reason: off\n#   unused: warning\n\n";
  text += "# " + helpOf("overrides") + ".\n# overrides:\n#   - paths: [tests/**]\n#     profile: tests\n";
  if (!start.extends.empty()) return text;
  text += "\n# " + helpOf("models") + ".\n# models: []\n\n# " + helpOf("exclude") + ".\n# exclude: []\n";
  return text;
}

} // namespace coroguard
