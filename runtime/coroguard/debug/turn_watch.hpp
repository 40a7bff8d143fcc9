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
  explicit turn_watch(const event_loop& loop) noexcept : loop_(loop) {}

  // As an observer hears of them.
  void turn_begins(std::chrono::nanoseconds at) noexcept;
  void callback_begins(const item_note& what) noexcept;
  void callback_ends(const item_note& what, std::chrono::nanoseconds took) noexcept;
  void turn_ends();
  void polled(std::optional<std::chrono::nanoseconds> timeout, std::chrono::nanoseconds took);

  const lag_record& lag() const noexcept { return lag_; }
  // Time of the loop that was watched, in callbacks and waiting.
  std::chrono::nanoseconds watched() const noexcept { return watched_; }

private:
  struct contributor {
    item_note what;
    std::chrono::nanoseconds took{};
  };

  std::chrono::nanoseconds limit() const noexcept;
  void report_turn();
  void keep_slowest(const item_note& what, std::chrono::nanoseconds took) noexcept;

  const event_loop& loop_;
  lag_record lag_;
  std::chrono::nanoseconds watched_{};
  std::optional<std::chrono::nanoseconds> began_;  // nothing: switched on in the midst of the turn
  std::chrono::nanoseconds total_{};
  std::chrono::nanoseconds slow_{};  // in callbacks that are slow themselves, and were reported as such
  int callbacks_ = 0;
  int slow_callbacks_ = 0;
  std::array<contributor, 3> contributors_;  // the slowest of the others, the slowest first
  rate_limit turn_reports_;
  rate_limit poll_reports_;
};

}  // namespace coroguard
