// Source files, changed on disk.
#pragma once
#include "diagnostic.h"
#include "tool/fix/plan.h"
#include <ctime>

namespace coroguard {

/// A point in time as file systems count it.
using FileTime = std::pair<int64_t, int64_t>; // seconds, nanoseconds
FileTime fileTimeNow();

/// A file before and behind its edits.
struct Rewrite {
  std::string file; // as the plan names it
  std::string before;
  std::string after;
  size_t findings = 0;
};

/// Reads the plan's files. One that has changed since the analysis began, that is read-only or cannot be read is a
/// problem and left out: positions in another text would be damage.
std::vector<Rewrite> readForEdits(const FixPlan &plan, FileTime analysed, std::vector<Problem> &problems);

/// Replaces the file's content in one step: whoever looks sees the old or the new one. Keeps its mode; through a symbolic
/// link the file behind it is written.
bool writeInPlace(const std::string &file, const std::string &content, std::vector<Problem> &problems);

} // namespace coroguard
