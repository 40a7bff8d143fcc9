// What most runtime tests begin with: a loop with virtual time, and a list of what the runtime logged.
#pragma once

#include <gtest/gtest.h>

#include <coroguard/loop/event_loop.hpp>
#include <coroguard/loop/virtual_time.hpp>
#include <coroguard/observe/log.hpp>
#include <coroguard/task/task.hpp>
#include <string>
#include <vector>

namespace coroguard {

// Collects log lines while it lives.
class captured_log {
public:
  captured_log()
      : before_(set_log_sink([this](log_level level, std::string_view text) {
          levels.push_back(level);
          lines.emplace_back(text);
        })) {}
  ~captured_log() { set_log_sink(std::move(before_)); }
  captured_log(const captured_log&) = delete;

  bool contains(std::string_view text) const {
    for (const std::string& line : lines)
      if (line.find(text) != line.npos) return true;
    return false;
  }

  std::vector<log_level> levels;
  std::vector<std::string> lines;

private:
  log_sink before_;
};

class virtual_loop : public ::testing::Test {
protected:
  captured_log logged;
  event_loop loop{virtual_time()};

  // Some turns: enough for what is ready to run, and what that makes ready (test_utils.run_briefly).
  void run_briefly() {
    for (int turn = 0; turn < 3; ++turn) run_once();
  }
  void run_once() {
    loop.stop();
    loop.run_forever();
  }
  template <class Awaited>
  auto run(Awaited&& awaited) {
    return loop.run_until_complete(std::forward<Awaited>(awaited));
  }
  // Seconds since the loop's clock began.
  double now() { return seconds(loop.time().time_since_epoch()).count(); }
};

}  // namespace coroguard
