// What debug mode found: one report, for people (a log line) and for programs (a line of JSON).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "coroguard/observe/log.hpp"

namespace coroguard {

// A function on the native stack. What is not known is empty.
struct native_frame {
  std::uintptr_t address = 0;  // in this process
  std::string module = {};     // path of the program or shared library
  std::uintptr_t offset = 0;  // of the address in it, as addr2line wants it
  std::string build_id = {};
  std::string function = {};
};

// A coroutine of a chain of awaits, which goes on through tasks that await tasks.
struct await_frame {
  std::source_location function;
  std::source_location at;       // the co_await at which it waits, or did so last
  std::uint64_t task = 0;        // the number of the task it is a part of
  std::source_location created;  // where that task was made
};

struct report {
  std::string_view rule;  // the id: "slow-callback"
  log_level level = log_level::warning;
  std::string message = {};             // one line, in asyncio's words where it has some
  std::vector<std::string> notes = {};  // more lines
  std::vector<native_frame> native_stack = {};  // the innermost first
  std::vector<await_frame> await_chain = {};    // the innermost first
  // Where the object that it is about was made, and by whom; in debug mode.
  std::vector<native_frame> creation_stack = {};
  std::vector<await_frame> creation_chain = {};
  const void* loop = nullptr;  // where nobody says, emit makes it the one that runs in the thread
  std::uint64_t task = 0;  // its number; 0: none
  std::optional<std::chrono::nanoseconds> duration = {};
  std::chrono::system_clock::time_point time = {};  // emit() says it
};

// Takes each report; calls do not overlap, so a sink must not wait for a loop or for another thread that reports. A report with a native stack comes from a thread of its own, which first looks
// the functions up. Empty: it becomes a log line (report_text). Returns what was there. With
// COROGUARD_LOG=<path> each report is also appended to that file as a line of JSON, whatever the sink does.
using report_sink = std::function<void(const report&)>;
report_sink set_report_sink(report_sink sink);

// Any thread. What the sink throws is logged and goes no further.
void emit(report found) noexcept;
// Waits until all that was emitted before has reached the sink. Any thread; in a sink it does not wait.
void flush_reports() noexcept;
// Whether this thread is in a sink.
bool delivers_here() noexcept;

// For emit: looks up the functions of the native stacks in a thread of its own and then calls `deliver`. Calls keep their
// order. Defined, as flush_reports, in coroguard/debug/reporter.cpp.
void deliver_with_names(report found, void (*deliver)(const report&) noexcept);
// For emit: whether a report of the same rule and loop has not been delivered yet. What follows it is to come after it.
bool waits_before(const report& found);

// The report as several lines: the message, the notes, the stacks, indented; of the native stack what is not the loop's.
std::string report_text(const report& found);
// The report as one line of JSON, with the whole native stack.
std::string report_json(const report& found);

}  // namespace coroguard
