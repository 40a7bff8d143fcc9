// Callables that are registered somewhere, in a table of handlers say, and run by loop code alone.
#pragma once
#include "program/program.h"

namespace coroguard {

/// Sets Summary::onLoop of every function that is only ever put into variables, fields and parameters which, wherever
/// they are called or copied to, loop code alone calls.
void addRegisteredCallables(const Program &program, std::vector<Summary> &summaries);

/// The slots, by StringId, that loop code and others call: whoever registers a callable chooses where it runs.
std::vector<bool> slotsOfSeveralThreads(const Program &program, const std::vector<Summary> &summaries);

} // namespace coroguard
