// What most runtime tests begin with: a loop with virtual time, and a list of what the runtime logged.
//
// COROGUARD_TEST_SHUFFLE=<seed> makes the loop run the callbacks of each turn in an order drawn from the seed. A test of an
// order that asyncio promises says keeps_order(), or its fixture is an ordered_virtual_loop.
#pragma once

#include <gtest/gtest.h>

#include <coroguard/loop/event_loop.hpp>
#include <coroguard/loop/virtual_time.hpp>
#include <coroguard/observe/log.hpp>
#include <coroguard/observe/report.hpp>
#include <coroguard/task/task.hpp>
#include <cstdint>
#include <cstdlib>
#include <optional>
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
  ~captured_log() {
    flush_reports();  // those whose functions are being looked up
    set_log_sink(std::move(before_));
  }
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

// The seed that the environment asks for, if it does.
inline std::optional<std::uint64_t> test_shuffle_seed() {
  const char* seed = std::getenv("COROGUARD_TEST_SHUFFLE");
  if (seed == nullptr || *seed == '\0') return std::nullopt;
  return std::strtoull(seed, nullptr, 10);
}

class virtual_loop : public ::testing::Test {
protected:
  virtual_loop() { loop.set_shuffle_seed(test_shuffle_seed()); }

  captured_log logged;
  event_loop loop{virtual_time()};

  // Callbacks run in the order in which they were scheduled, whatever COROGUARD_TEST_SHUFFLE says: the test is about it.
  void keeps_order() { loop.set_shuffle_seed(std::nullopt); }

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

// For suites that are about order from end to end.
class ordered_virtual_loop : public virtual_loop {
protected:
  ordered_virtual_loop() { keeps_order(); }
};

}  // namespace coroguard
