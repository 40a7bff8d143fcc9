#include "coroguard/exec/error_log.hpp"

#include "coroguard/base/errors.hpp"

#include <atomic>
#include <cstdio>

namespace coroguard {

namespace {

// One write per report, so that those of several threads do not mix.
void write_to_stderr(const std::string& message, const std::exception_ptr& error) noexcept {
  const std::string text = message + "\n" + describe(error) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

constinit std::atomic<error_sink> current_sink{&write_to_stderr};

}  // namespace

error_sink set_error_sink(error_sink sink) noexcept {
  return current_sink.exchange(sink != nullptr ? sink : &write_to_stderr);
}

void log_error(const std::string& message, const std::exception_ptr& error) noexcept {
  current_sink.load()(message, error);
}

}  // namespace coroguard
