// The fix that awaits a value where it is made.
#pragma once
#include "program/program.h"

namespace coroguard::rules {

/// For RuleInfo::unsafeFix.
inline constexpr const char *awaitFixSummary = "insert `co_await`, in a coroutine that can await the value there";

/// Never a safe fix, since it changes scheduling. None when there is no place for it.
std::vector<Fix> awaitFix(const AwaitSpot &spot, const Program &program);

} // namespace coroguard::rules
