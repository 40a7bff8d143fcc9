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
  std::string module;        // path of the program or shared library
  std::uintptr_t offset = 0;  // of the address in it, as addr2line wants it
  std::string build_id;
  std::string function;
};

// A coroutine of a chain of awaits.
struct await_frame {
  std::source_location function;
  std::source_location at;  // the co_await at which it waits, or did so last
};

struct report {
  std::string_view rule;  // the id: "slow-callback"
  log_level level = log_level::warning;
  std::string message = {};             // one line, in asyncio's words where it has some
  std::vector<std::string> notes = {};  // more lines
  std::vector<native_frame> native_stack = {};  // the innermost first
  std::vector<await_frame> await_chain = {};    // the innermost first
  const void* loop = nullptr;
  std::uint64_t task = 0;  // its number; 0: none
  std::optional<std::chrono::nanoseconds> duration = {};
};

// Takes each report; calls do not overlap. Empty: it becomes a log line (report_text). Returns what was there. With
// COROGUARD_LOG=<path> each report is also appended to that file as a line of JSON, whatever the sink does.
using report_sink = std::function<void(const report&)>;
report_sink set_report_sink(report_sink sink);

// Any thread. What the sink throws is logged and goes no further.
void emit(const report& found) noexcept;

// Returns when the watchdog's thread has emitted what it has found so far: its reports of stalls come a little after they end.
// Not from a sink. Gives up after five seconds. Declared here, defined in coroguard/debug/watchdog.cpp.
void wait_for_reports() noexcept;

// The report as several lines: the message, the notes, the stacks, indented.
std::string report_text(const report& found);
// The report as one line of JSON.
std::string report_json(const report& found);

}  // namespace coroguard
