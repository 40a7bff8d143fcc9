// What the rules say of a program: as each of its files is configured, and without what the comments in them accept.
#pragma once
#include "tool/run/evaluate_files.h"
#include "tool/run/project.h"

namespace coroguard {

/// `commented`: the facts whose suppression comments count. `isWhole`: they are all of the project, so that a comment that
/// covers nothing can be told. Configurations of subfolders that were not read before are read.
std::vector<Diagnostic> judge(const Program &program, const Facts &commented, Project &project, bool isWhole,
                              std::vector<Problem> &problems, const RuleTimer &timer = {});

} // namespace coroguard
