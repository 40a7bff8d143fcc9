#include "language/hop_name.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace coroguard {
namespace {

/// The words of a name: resume_on, resumeOn and ResumeOn are "resume on".
std::string wordsOf(std::string_view name) {
  std::string words = " ";
  for (size_t i = 0; i < name.size(); ++i) {
    bool begins = std::isupper(static_cast<unsigned char>(name[i])) && i > 0 && std::islower(static_cast<unsigned char>(name[i - 1]));
    if (begins) words += ' ';
    words += std::isalnum(static_cast<unsigned char>(name[i])) ? char(std::tolower(static_cast<unsigned char>(name[i]))) : ' ';
  }
  return words + ' ';
}

} // namespace

bool saysHop(std::string_view name) {
  static constexpr std::array hops{"thread",  "threads",  "pool",     "background", "offload",  "offloaded",   "schedule", "scheduler",
                                   "executor", "dispatch", "dispatcher", "switch", "hop",      "transfer",    "worker",   "workers",
                                   "via",     "detach",   "spawn",    "fork",       "resume on", "continue on", "run on",   "start on"};
  std::string words = wordsOf(name);
  return std::any_of(hops.begin(), hops.end(), [&](const char *hop) { return words.find(' ' + std::string(hop) + ' ') != words.npos; });
}

} // namespace coroguard
