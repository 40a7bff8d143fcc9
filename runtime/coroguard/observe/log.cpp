#include "coroguard/observe/log.hpp"


#include <cstdio>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/base/own_mutex.hpp"
#include "coroguard/observe/sink_slot.hpp"

namespace coroguard {

namespace {

struct destination {
  fork_safe_mutex changing;    // held while `sink` is replaced: a child of fork gets it whole
  std::recursive_mutex mutex;  // recursive: a sink may itself do what logs
  sink_slot<log_sink> sink;
};

// Never destroyed: objects with static storage may log while the process ends.
destination& the_destination() {
  const own_wait waiting;
  static destination* const only = new destination;
  // The thread that logged, and would release it, is not there.
  static const child_of_fork forgets([]() noexcept { new (&only->mutex) std::recursive_mutex; });
  return *only;
}

void write_line(std::string_view text) {
  const std::string line = std::string(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

log_sink set_log_sink(log_sink sink) {
  destination& to = the_destination();
  const std::scoped_lock lock(to.mutex, to.changing);
  return to.sink.exchange(std::move(sink));
}

void log(log_level level, std::string_view message) {
  destination& to = the_destination();
  const std::scoped_lock lock(to.mutex);
  try {
    if (const auto sink = to.sink.get()) {
      (*sink)(level, message);
      return;
    }
  } catch (...) {
    write_line("Exception in log sink: " + describe(std::current_exception()));
  }
  if (level >= log_level::warning) write_line(message);
}

void log_error(std::string_view message, const std::exception_ptr& error) noexcept {
  try {
    log(log_level::error, std::string(message) + "\n" + describe(error));
  } catch (...) {  // no memory for the text
  }
}

}  // namespace coroguard
