// Time that passes only when nothing else is to do: tests of hours run in microseconds, and always the same way.
//
//   event_loop loop(virtual_time());
//
// When no descriptor is ready and the loop would wait for a timer, the clock jumps to it. What other threads do takes no
// virtual time: a test with threads and timers needs the real clock. Without a timer the loop really waits.
// Users' tests find all of it, made up, in coroguard::testing::virtual_loop (coroguard/testing.hpp).
#pragma once

#include <memory>

#include "coroguard/loop/clock.hpp"
#include "coroguard/loop/event_loop.hpp"

namespace coroguard {

class virtual_clock final : public clock {
public:
  time_point now() noexcept override { return now_; }
  void advance(std::chrono::nanoseconds by) noexcept { now_ += by; }

private:
  time_point now_{};
};

// A real selector that moves `time` on instead of waiting. The clock must outlive it.
class virtual_selector final : public selector {
public:
  explicit virtual_selector(virtual_clock& time) : time_(time), real_(make_epoll_selector()) {}

  void watch(int fd, bool for_reading, bool for_writing) override { real_->watch(fd, for_reading, for_writing); }

  void select(std::optional<std::chrono::nanoseconds> timeout, std::vector<io_event>& events) override {
    if (!timeout) {
      real_->select(timeout, events);
      return;
    }
    const std::size_t before = events.size();
    real_->select(std::chrono::nanoseconds(0), events);
    if (events.size() == before) time_.advance(*timeout);
  }

private:
  virtual_clock& time_;
  std::unique_ptr<selector> real_;
};

inline loop_parts virtual_time() {
  auto time = std::make_unique<virtual_clock>();
  auto jumps = std::make_unique<virtual_selector>(*time);
  return {std::move(time), std::move(jumps)};
}

}  // namespace coroguard
