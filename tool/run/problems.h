// Problems on standard error, for commands that have no report to put them in.
#pragma once
#include "diagnostic.h"
#include <vector>

namespace coroguard {

/// One line each, in the shape of the text report: "file:line:col: error: message; remedy".
void printProblems(const std::vector<Problem> &problems);

/// Writes what standard output still holds back. False when that is not possible, which is said once.
bool flushOutput();

} // namespace coroguard
