// Gives the clang-tidy checks, in the plugin and in clangd, the nearest .coroguard.yaml.
#include "clang_tidy/project_settings.h"
#include "tool/config/config.h"
#include <llvm/Support/Path.h>

namespace coroguard {
namespace {

/// Read anew for each unit: in an editor it may have changed.
std::shared_ptr<const ProjectSettings> read(const std::string &file) {
  auto settings = std::make_shared<ProjectSettings>();
  std::string source = findConfig(llvm::sys::path::parent_path(file).str());
  if (source.empty()) return settings;
  Config config = readConfig(source, settings->problems);
  for (auto &[id, rule] : config.rules) settings->rules[id] = {rule.enabled, rule.severity, std::move(rule.options)};
  settings->models = std::move(config.models);
  settings->excluded = std::move(config.excluded);
  return settings;
}

[[maybe_unused]] const ProjectSettingsReader registered = projectSettingsReader() = read;

} // namespace
} // namespace coroguard
