// lost-wakeup: a task waits for a future that nobody can end any more.
//
// Certain is only this: the future was made by create_future, and all handles on it are in awaiters of the tasks that wait. One
// more handle, be it in the waiting coroutine's own frame, may be reached by others through a reference, and is not reported.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_set>

#include "coroguard/debug/ticker.hpp"

namespace coroguard {

class event_loop;
class task_core;

class lost_wakeup final : private tick_target {
public:
  explicit lost_wakeup(event_loop& loop) noexcept : loop_(loop) {}
  ~lost_wakeup() { stopped(); }

  // As an observer hears of them.
  void runs();
  void stopped() noexcept;
  void turn_begins() noexcept { turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  // `watched`: see turn_watch. Looks for lost tasks at most once a second, when the loop has waited.
  void polled(std::optional<std::chrono::nanoseconds> timeout, std::chrono::nanoseconds watched) {
    if (timeout == std::chrono::nanoseconds(0) || (watched < next_look_ && !wanted_.load(std::memory_order_relaxed))) return;
    wanted_.store(false, std::memory_order_relaxed);
    next_look_ = watched + std::chrono::seconds(1);
    look_at_all();
  }
  void task_ends(std::uint64_t number) { if (!reported_.empty()) reported_.erase(number); }

private:
  void tick(std::chrono::nanoseconds now) noexcept override;
  void look_at_all();
  void report_lost(task_core& task);

  event_loop& loop_;
  bool runs_ = false;
  std::chrono::nanoseconds next_look_ = std::chrono::seconds(1);
  std::unordered_set<std::uint64_t> reported_;  // tasks that are not done

  std::atomic<std::uint64_t> turns_{0};
  std::atomic<bool> wanted_{false};  // the loop waits, perhaps for ever: it is woken to look

  // The ticker's.
  std::uint64_t seen_turns_ = 0;
  std::chrono::nanoseconds seen_at_{};
  std::chrono::nanoseconds pause_ = std::chrono::seconds(1);
};

}  // namespace coroguard
