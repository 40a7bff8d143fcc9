// Time that passes only when nothing else is to do: tests of hours run in microseconds, and always the same way.
//
//   event_loop loop(virtual_time());
//
// When no descriptor is ready and the loop would wait for a timer, the clock jumps to it. What other threads do takes no
// virtual time: a test with threads and timers needs the real clock. Without a timer the loop really waits.
// Users' tests find all of it, made up, in coroguard::testing::virtual_loop (coroguard/testing.hpp).
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

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

  // From now on time goes up to `end` and no further: where it would, or where nothing is left to wait for, it goes to `end`
  // and `reached()` is called, in the loop. Nothing: without an end.
  void set_end(std::optional<time_point> end, std::function<void()> reached = {}) {
    end_ = end;
    reached_ = std::move(reached);
  }

  // From now on, before time jumps, descriptors and other threads get so much real time to come first. None at first.
  void set_grace(std::chrono::nanoseconds real) noexcept { grace_ = real; }

  // Called when the loop has no timer and waited so long in vain for descriptors and other threads. What it throws leaves the
  // loop. Empty: the loop waits on.
  void set_patience(std::chrono::nanoseconds longest, std::function<void()> ended) {
    patience_ = longest;
    patience_ended_ = std::move(ended);
  }

  void select(std::optional<std::chrono::nanoseconds> timeout, std::vector<io_event>& events) override {
    if (!timeout && !end_) {
      wait_really(events);
      return;
    }
    const std::size_t before = events.size();
    real_->select(timeout == std::chrono::nanoseconds(0) ? *timeout : grace_, events);
    if (events.size() != before) return;
    if (end_ && (!timeout || *timeout > *end_ - time_.now())) {
      time_.advance(std::max(*end_ - time_.now(), std::chrono::nanoseconds(0)));
      reached_();
    } else {
      time_.advance(*timeout);
    }
  }

private:
  void wait_really(std::vector<io_event>& events) {
    if (!patience_ended_) {
      real_->select(std::nullopt, events);
      return;
    }
    const std::size_t before = events.size();
    const auto began = std::chrono::steady_clock::now();
    real_->select(patience_, events);
    if (events.size() == before && std::chrono::steady_clock::now() - began >= patience_) patience_ended_();
  }

  virtual_clock& time_;
  std::unique_ptr<selector> real_;
  std::optional<time_point> end_;
  std::function<void()> reached_;
  std::chrono::nanoseconds grace_{};
  std::chrono::nanoseconds patience_{};
  std::function<void()> patience_ended_;
};

inline loop_parts virtual_time() {
  auto time = std::make_unique<virtual_clock>();
  auto jumps = std::make_unique<virtual_selector>(*time);
  return {std::move(time), std::move(jumps)};
}

}  // namespace coroguard
