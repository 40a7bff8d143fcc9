#include "tool/config/profiles.h"

namespace coroguard {

std::string_view profileText(std::string_view name) {
  for (const Profile &profile : allProfiles())
    if (profile.name == name) return profile.text;
  return {};
}

} // namespace coroguard
