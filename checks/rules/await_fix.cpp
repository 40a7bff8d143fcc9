#include "rules/await_fix.h"

namespace coroguard::rules {

std::vector<Fix> awaitFix(const AwaitSpot &spot, const Program &program) {
  if (!spot) return {};
  Fix fix{.title = "insert 'co_await'", .isSafe = false};
  bool hasParentheses = spot.end.line != 0;
  fix.edits.push_back({program.location(spot.begin), program.location(spot.operand), hasParentheses ? "co_await (" : "co_await "});
  if (hasParentheses) fix.edits.push_back({program.location(spot.end), program.location(spot.end), ")"});
  return {std::move(fix)};
}

} // namespace coroguard::rules
