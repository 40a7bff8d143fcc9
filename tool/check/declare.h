// The options of a check on the command line.
#pragma once
#include "tool/check/options.h"
#include <CLI/App.hpp>

namespace coroguard {

/// Those that `options.use` has; what is parsed is written into `options`, which is to live as long.
void declareCheckOptions(CLI::App &app, CheckOptions &options);

} // namespace coroguard
