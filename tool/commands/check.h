// `check`, and `baseline update` and `baseline prune`, which take the same options and write instead of reporting.
#pragma once
#include "tool/check/options.h"
#include "tool/commands/command.h"

namespace coroguard {

std::function<int()> declareCheck(CLI::App &app, const TrailingFlags &trailing, BaselineUse use);

} // namespace coroguard
