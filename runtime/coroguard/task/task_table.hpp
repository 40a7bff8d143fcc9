// All tasks of a loop, what each does and who waits for it: what `python -m asyncio ps` shows.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "coroguard/task/call_graph.hpp"

namespace coroguard {

// The task that waits for another, directly or through gather, shield and the like.
struct task_awaiter {
  std::uint64_t task = 0;    // its number; 0: no task waits, but a future that itself is not awaited
  std::string name;          // of the task, or of that future: "gather made at f.cpp:3"
  std::string through = {};  // "gather", "gather in shield"; empty: directly
};

struct task_row {
  std::uint64_t task = 0;  // its number
  std::string name;
  task_activity activity = task_activity::ready;
  std::string waits_for = {};  // when it waits
  std::vector<call_graph_frame> call_stack = {};  // the innermost first
  std::vector<task_awaiter> awaiters = {};        // all of them
  std::source_location made = {};
  std::optional<std::chrono::nanoseconds> age = {};  // known for tasks made in debug mode

  // "running", "ready", "waiting for Task-3"
  std::string state() const;
};

// All by value: it outlives the tasks. Loop's thread only, or a loop that does not run.
struct task_table {
  task_table() = default;
  // Of more than `most` tasks, the newest.
  explicit task_table(event_loop& loop, std::size_t most = 10'000);

  std::vector<task_row> rows;  // the oldest first
  std::size_t left_off = 0;    // tasks beyond the limit
  // Tasks that wait for each other in a circle, by number: each waits for the next one, the last for the first.
  std::vector<std::vector<std::uint64_t>> cycles;

  // With a line for each awaiter of a task, as asyncio does: task, name, state, coroutine stack, awaiter chain, awaiter name,
  // awaiter id, made at, age. Below it, a line for each cycle.
  std::string text() const;
  // The same columns, as RFC 4180 has it, but with plain line ends; without the cycles.
  std::string csv() const;
};

// The table of the running loop, or of `loop`, as text. The first throws runtime_error when no loop runs here.
void print_tasks(std::FILE* to = stdout);
void print_tasks(event_loop& loop, std::FILE* to = stdout);

}  // namespace coroguard
