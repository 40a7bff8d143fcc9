// Gives the clang-tidy checks, in the plugin and in clangd, the nearest .coroguard.yaml.
#include "clang_tidy/project_settings.h"
#include "tool/config/config.h"
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

/// About others clang-tidy's own configuration decides.
bool isConfigured(const RuleSetting &rule) {
  return rule.level.origin.at.line > 0 || !rule.level.origin.profile.empty() || !rule.origins.empty();
}

/// Read anew for each unit: in an editor it may have changed.
std::shared_ptr<const ProjectSettings> read(const std::string &file) {
  auto settings = std::make_shared<ProjectSettings>();
  std::string source = findConfig(llvm::sys::path::parent_path(file).str());
  if (source.empty()) return settings;
  Config config = readConfig(source, settings->problems);
  for (const RuleSetting &rule : settingsFor(config, file).rules)
    if (isConfigured(rule)) settings->rules[rule.registered->rule.info.id] = {rule.level.enabled, rule.level.severity, rule.options};
  for (const ConfiguredPath &model : config.models) settings->models.push_back(model.path);
  for (const ConfiguredPath &folder : config.excluded) settings->excluded.push_back(folder.path);
  return settings;
}

[[maybe_unused]] const ProjectSettingsReader registered = projectSettingsReader() = read;

} // namespace
} // namespace coroguard
