// Where errors go that no caller can be told about: those of done-callbacks and of worker threads.
#pragma once

#include <exception>
#include <string>

namespace coroguard {

// Takes one report. Is called from any thread, also from several at once, and must not throw.
using error_sink = void (*)(const std::string& message, const std::exception_ptr& error) noexcept;

// Makes `sink` receive all later reports and returns the one before. A null pointer restores the first one, which
// writes "<message>\n<type>: <what>" to the standard error stream.
error_sink set_error_sink(error_sink sink) noexcept;

// Gives a report to the current sink.
void log_error(const std::string& message, const std::exception_ptr& error) noexcept;

}  // namespace coroguard
