#include "clang_tidy/project_settings.h"

namespace coroguard {

ProjectSettingsReader &projectSettingsReader() {
  static ProjectSettingsReader reader = nullptr;
  return reader;
}

std::shared_ptr<const ProjectSettings> projectSettingsOf(const std::string &file) {
  ProjectSettingsReader reader = projectSettingsReader();
  return reader && !file.empty() ? reader(file) : std::make_shared<const ProjectSettings>();
}

} // namespace coroguard
