// slow-turn, slow-poll, and how late the loop is: what no single callback is to blame for.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "coroguard/debug/loop_lag.hpp"
#include "coroguard/debug/watchdog.hpp"
#include "coroguard/observe/item_note.hpp"

namespace coroguard {

class turn_watch {
public:
  explicit turn_watch(event_loop& loop) noexcept : loop_(loop) {}

  // Callbacks of the turn before, which an exception may have ended, do not count.
  void turn_begins() noexcept {
    callbacks_ = 0;
    if (total_ != std::chrono::nanoseconds(0)) [[unlikely]]
      forget_turn();
  }
  void callback_begins(const item_note& what) noexcept {
    ++callbacks_;
    if (what.due != item_note::never_due && !what.cancelled) [[unlikely]]
      lag_.timer_called(queued_at_ - what.due + total_);
  }
  // For those that took time that can be measured.
  void callback_took(const item_note& what, std::chrono::nanoseconds took) noexcept;
  void turn_ends() {
    if (total_ != std::chrono::nanoseconds(0)) [[unlikely]]  // most often nothing in it took time that can be measured
      end_turn();
  }
  // All callbacks of the turn so far.
  std::chrono::nanoseconds total() const noexcept { return total_; }

  // As an observer hears of them; and the loop's time when it ends to run.
  void timers_due(std::chrono::nanoseconds at) noexcept { queued_at_ = at; }
  // What an event that arrives waits for is the time between two looks at the selector.
  void polls(std::chrono::nanoseconds at) noexcept {
    stopped(at);
    polls_at_ = at;
  }
  // Returns the time at which it ends.
  std::chrono::nanoseconds polled(std::optional<std::chrono::nanoseconds> timeout, std::chrono::nanoseconds took) {
    lag_.waited(took);
    watched_ += took;
    const std::chrono::nanoseconds now = polls_at_ + took;
    resumed_at_ = now;
    if (timeout && took - *timeout >= limit() && limit() > std::chrono::nanoseconds(0)) [[unlikely]]
      report_poll(*timeout, took);
    return now;
  }
  void stopped(std::chrono::nanoseconds at) noexcept {
    if (!resumed_at_) return;
    const std::chrono::nanoseconds took = at - *std::exchange(resumed_at_, std::nullopt);
    lag_.turn_took(took);
    watched_ += took;
  }

  const lag_record& lag() const noexcept { return lag_; }
  // Time of the loop that was watched, in callbacks and waiting.
  std::chrono::nanoseconds watched() const noexcept { return watched_; }

private:
  struct contributor {
    item_note what;
    std::chrono::nanoseconds took{};
  };

  std::chrono::nanoseconds limit() const noexcept;
  void forget_turn() noexcept;
  void end_turn();
  void report_turn();
  void report_poll(std::chrono::nanoseconds timeout, std::chrono::nanoseconds took);
  void keep_slowest(const item_note& what, std::chrono::nanoseconds took) noexcept;

  event_loop& loop_;
  lag_record lag_;
  std::chrono::nanoseconds watched_{};
  std::chrono::nanoseconds queued_at_{};  // the timers of this turn
  std::chrono::nanoseconds polls_at_{};
  std::optional<std::chrono::nanoseconds> resumed_at_;  // after the selector was asked; nothing: debug mode was not on then
  std::chrono::nanoseconds total_{};
  std::chrono::nanoseconds slow_{};  // in callbacks that are slow themselves, and were reported as such
  int callbacks_ = 0;
  int slow_callbacks_ = 0;
  std::array<contributor, 3> contributors_;  // the slowest of the others, the slowest first
  rate_limit turn_reports_;
  rate_limit poll_reports_;
};

}  // namespace coroguard
