// Config and a file -> what holds there.
#include "tool/config/config.h"
#include "tool/config/shape.h"
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringRef.h>

namespace coroguard {
namespace {

void setLevel(Level &level, llvm::StringRef word, Severity own, const ValueOrigin &origin) {
  size_t index = llvm::find(levelWords(), word) - levelWords().begin(); // off, on, then the severities
  level = {index > 0, index < 2 ? own : static_cast<Severity>(index - 2), origin};
}

void apply(const Layer::RuleValues &values, RuleSetting &setting) {
  const RuleInfo &info = setting.registered->rule.info;
  if (!values.word.empty()) setLevel(setting.level, values.word, info.severity, values.origin);
  else if (!setting.level.enabled) setLevel(setting.level, "on", info.severity, values.origin); // configured is wanted
  for (const auto &[name, value] : values.options) {
    setting.options.set(name, value.first);
    setting.origins[name] = value.second;
  }
}

} // namespace

bool Layer::appliesTo(const std::string &file) const {
  if (paths.empty()) return true;
  llvm::StringRef relative(file);
  if (!relative.consume_front(llvm::StringRef(folder).rtrim('/')) || !relative.consume_front("/")) return false;
  return llvm::any_of(paths, [&](const PathPattern &pattern) { return pattern.matches(std::string_view(relative)); });
}

const RuleSetting *Settings::find(std::string_view id) const {
  auto found = llvm::find_if(rules, [&](const RuleSetting &rule) { return rule.registered->rule.info.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

Settings settingsFor(const Config &config, const std::string &file) {
  Settings settings;
  settings.unusedSuppressions.enabled = true;
  for (const RegisteredRule &rule : allRules()) {
    const RuleInfo &info = rule.rule.info;
    settings.rules.push_back({&rule, {info.enabledByDefault, info.severity}, {}, {}});
  }
  for (const Layer &layer : config.layers) {
    if (!layer.appliesTo(file)) continue;
    for (RuleSetting &setting : settings.rules)
      if (auto values = layer.rules.find(setting.registered->rule.info.id); values != layer.rules.end())
        apply(values->second, setting);
    for (const auto &[key, value] : layer.suppressions)
      setLevel(key == "unused" ? settings.unusedSuppressions : settings.requireReason, value.first, Severity::Warning, value.second);
  }
  return settings;
}

} // namespace coroguard
