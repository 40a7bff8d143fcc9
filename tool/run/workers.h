// Several worker processes, one translation unit each at a time: a crash or a hang is a finding about that unit and
// nothing else is lost.
#pragma once
#include "diagnostic.h"
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace coroguard {

struct WorkerOptions {
  unsigned jobs = 1;
  // Headers that so many units include, and are not of the project, are parsed once; 0: never; nothing: when it pays.
  std::optional<size_t> sharedBy{};
  std::chrono::milliseconds timeLimit{120'000}; // wall time of one item
  std::function<void(size_t done, size_t total)> progress{}; // called in the parent after each item; may be empty
};

/// What became of one item: the text its work returned, or how its process ended.
struct WorkerOutcome {
  enum class End { Finished, Crashed, TimedOut } end = End::Finished;
  std::string output;       // Finished: what the work returned
  std::string crash;        // Crashed: "signal 11 (Segmentation fault)" or "exit status 3", for the problem's message
};

/// An order among the items, kept in the parent. What is empty is not asked.
struct WorkerOrder {
  std::function<bool(size_t item)> mayStart{}; // asked again when an item has ended
  std::function<void(size_t item, const WorkerOutcome &)> ended{};
};

/// Runs `work(i)` for i in [0, count) in forked children, `jobs` at a time, each item in a process of its own, and
/// returns the outcomes in item order. A child's standard error is swallowed. Must be called from a process with one
/// thread. SIGINT ends the children and the process.
std::vector<WorkerOutcome> runInWorkers(size_t count, const WorkerOptions &options,
                                        const std::function<std::string(size_t)> &work, const WorkerOrder &order = {});

} // namespace coroguard
