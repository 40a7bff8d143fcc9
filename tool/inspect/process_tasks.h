// The tasks of a running program in debug mode, as its socket tells them. docs/runtime/introspection.md has the protocol.
#pragma once
#include "diagnostic.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coroguard {

/// A coroutine, and the co_await at which it waits.
struct TaskFrame {
  std::string function;
  Location at;
};

struct TaskAwaiter {
  std::uint64_t task = 0; // 0: no task, but a future that itself is not awaited
  std::string name;
  std::string through; // "gather", "gather in shield"; empty: directly
};

struct TaskInfo {
  std::uint64_t number = 0;
  std::string name;
  std::string state; // "running", "ready", "waiting for Task-3"
  std::vector<TaskFrame> stack; // the innermost first
  std::vector<TaskAwaiter> awaitedBy;
  Location made;
  std::optional<double> age; // seconds
};

struct LoopInfo {
  std::string id;
  std::int64_t thread = 0;
  std::string state; // "answered", "busy", "not running"
  std::vector<TaskInfo> tasks; // when it answered
  std::uint64_t leftOff = 0;
  std::vector<std::vector<std::uint64_t>> cycles; // of tasks, by number: each waits for the next, the last for the first
  std::string executing; // when it is busy, if that is known
  std::optional<double> executingFor;
  std::vector<TaskFrame> executingStack;
};

struct ProcessTasks {
  std::vector<LoopInfo> loops;
};

/// Reads an answer; without a value, `problem` says why.
std::optional<ProcessTasks> readTasks(std::string_view answer, std::string &problem);

/// Asks the process, or whoever listens at `socket` if that is given. Without a value, there is one problem.
std::optional<ProcessTasks> askProcess(int pid, const std::string &socket, std::vector<Problem> &problems);

/// "main -> fetch": the functions, the innermost first.
std::string chainOf(const std::vector<TaskFrame> &stack);

/// What the loops could not tell, and tasks that wait for each other in circles. Returns the exit code of the command.
int reportTrouble(const ProcessTasks &process);

} // namespace coroguard
