#include "language/hop_name.h"
#include "language/name_words.h"
#include <algorithm>
#include <array>
#include <string>

namespace coroguard {

bool saysHop(std::string_view name) {
  static constexpr std::array hops{"thread",  "threads",  "pool",     "background", "offload",  "offloaded",   "schedule", "scheduler",
                                   "executor", "dispatch", "dispatcher", "switch", "hop",      "transfer",    "worker",   "workers",
                                   "via",     "detach",   "spawn",    "fork",       "resume on", "continue on", "run on",   "start on"};
  std::string words = " " + llvm::join(wordsOf(name), " ") + " ";
  return std::any_of(hops.begin(), hops.end(), [&](const char *hop) { return words.find(' ' + std::string(hop) + ' ') != words.npos; });
}

} // namespace coroguard
