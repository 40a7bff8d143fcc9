// Names that say that whoever awaits goes on elsewhere.
#pragma once
#include <string_view>

namespace coroguard {

/// "schedule", "resume_on", "ThreadPool": one of the words, as a whole, so that "spool" is not a pool.
bool saysHop(std::string_view name);

} // namespace coroguard
