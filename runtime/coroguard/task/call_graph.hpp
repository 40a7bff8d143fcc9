// Who awaits whom (asyncio.capture_call_graph, print_call_graph). Also without debug mode: futures know who waits for them.
//
//   print_call_graph();         // of the current task
//   print_call_graph(my_task);  // its coroutines, each with the co_await at which it waits; then all who wait for it
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "coroguard/future/future.hpp"

namespace coroguard {

// A coroutine and the co_await at which it waits. In the running task: where it is, as far as that is known.
struct call_graph_frame {
  std::source_location function;
  std::source_location at;
  bool is_coroutine = true;  // false: the function that asks, called by the running coroutine
};

enum class task_activity : std::uint8_t {
  waiting,  // for a future
  ready,    // its next step is in the ready queue
  running,
  done,
};

// A task, or a future, at the time of asking. All by value: it outlives what it is about.
struct call_graph_entry {
  std::uintptr_t id = 0;  // its address
  future_kind kind = future_kind::future;
  std::uint64_t task = 0;  // its number; 0: it is no task
  std::string name = {};   // of a task: what it is called; of a future: what it is, "gather made at f.cpp:3"
  task_activity activity = task_activity::waiting;  // of a future: waiting, or done
  std::string waits_for = {};                       // of a task: the name of what it waits for
  std::source_location made = {};                   // the call that made it
  std::optional<std::chrono::nanoseconds> age = {};  // known when it was made in debug mode; in steps of milliseconds
  std::vector<call_graph_frame> call_stack = {};     // the innermost first; empty for a future
  std::vector<std::size_t> awaited_by = {};          // all who wait for it, as places in call_graph::entries
};

// Each task and each future comes once, however many paths lead to it.
struct call_graph {
  std::vector<call_graph_entry> entries;  // the first is the one that was asked about
  std::size_t left_off = 0;               // tasks beyond the limit
};

// Of a task or future, upwards through futures, gather, shield, wait and task groups. Waiting in as_completed is not seen: what
// ends next is nobody's in particular. Loop's thread only. `caller` tells where the current task is.
call_graph capture_call_graph(const future_base& of, std::source_location caller = std::source_location::current());
// Of the current task; nothing in a callback. Throws runtime_error outside of a running loop: "capture_call_graph() is called
// outside of a running event loop and no *future* to introspect was provided".
std::optional<call_graph> capture_call_graph(std::source_location caller = std::source_location::current());
// Of all tasks of a loop, the oldest first; of more than `most` tasks, the newest.
call_graph capture_call_graph(event_loop& loop, std::size_t most = 10'000);

// As asyncio prints it, each line with its end. A cycle is followed once around, and marked where it closes.
std::string format_call_graph(const call_graph& graph);
std::string format_call_graph(const future_base& of, std::source_location caller = std::source_location::current());
// Empty in a callback.
std::string format_call_graph(std::source_location caller = std::source_location::current());

// To a file, stdout if none is given. Nothing in a callback.
void print_call_graph(const future_base& of, std::FILE* to = stdout, std::source_location caller = std::source_location::current());
void print_call_graph(std::FILE* to = stdout, std::source_location caller = std::source_location::current());

// Tasks and futures that wait for each other in a circle, as places in `graph.entries`: each waits for the next one, the last for
// the first. None of them can go on unless somebody else ends one of them. At most `most` circles.
std::vector<std::vector<std::size_t>> await_cycles(const call_graph& graph, std::size_t most = 16);

}  // namespace coroguard
