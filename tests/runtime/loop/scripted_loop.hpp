// A loop whose selector does what a test says and remembers what it was asked: for tests of what a turn does, to the step.
#pragma once

#include <chrono>
#include <coroguard/loop/event_loop.hpp>
#include <coroguard/loop/virtual_time.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace coroguard {

// Never waits.
class scripted_selector final : public selector {
public:
  void watch(int fd, bool for_reading, bool for_writing) override { watched[fd] = {for_reading, for_writing}; }
  void select(std::optional<std::chrono::nanoseconds> timeout, std::vector<io_event>& events) override {
    timeouts.push_back(timeout);
    if (during) during();
    events.insert(events.end(), ready.begin(), ready.end());
  }

  std::map<int, std::pair<bool, bool>> watched;                    // for reading, for writing
  std::vector<std::optional<std::chrono::nanoseconds>> timeouts;  // one for each call
  std::vector<io_event> ready;                                    // what each call reports
  std::function<void()> during;
};

struct scripted_loop {
  scripted_loop() : scripted_loop(std::make_unique<virtual_clock>(), std::make_unique<scripted_selector>()) {}

  void run_once() {
    loop.stop();
    loop.run_forever();
  }

  virtual_clock& clock;
  scripted_selector& selector;
  event_loop loop;

private:
  scripted_loop(std::unique_ptr<virtual_clock> time, std::unique_ptr<scripted_selector> script)
      : clock(*time), selector(*script), loop({std::move(time), std::move(script)}) {}
};

}  // namespace coroguard
