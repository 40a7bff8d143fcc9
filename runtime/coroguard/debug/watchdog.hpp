// The thread that looks at loops while they run a callback, one for the process.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coroguard/debug/call_stack.hpp"
#include "coroguard/debug/thread_usage.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

class event_loop;

// Lets so many reports through in ten seconds, and counts the others.
class rate_limit {
public:
  // How many were held back before this one; nothing: hold it back.
  std::optional<int> allow(std::chrono::nanoseconds now);

private:
  static constexpr int most_ = 5;
  std::chrono::nanoseconds window_{};
  int passed_ = 0;
  int suppressed_ = 0;
};

// What a loop tells the watchdog: two stores around each callback, without a lock and without reading a clock.
class watched_loop {
public:
  explicit watched_loop(event_loop& loop) noexcept : loop_(loop) {}
  watched_loop(const watched_loop&) = delete;

  // From here on the calling thread runs the loop. Until `unwatch` the object stays where it is.
  void watch();
  void unwatch() noexcept;

  void callback_begins(const item_note& what, std::chrono::nanoseconds limit) noexcept {
    what_ = what;
    limit_.store(limit.count(), std::memory_order_relaxed);
    sequence_.fetch_add(1, std::memory_order_release);
  }
  void callback_ends() noexcept { sequence_.fetch_add(1, std::memory_order_release); }

  // After a long callback, before callback_ends: what it spent its time with, as the watchdog saw it.
  std::string classification() const;

private:
  friend class watchdog;

  static void take_capture(int signal, void* information, void* context) noexcept;

  event_loop& loop_;
  pid_t thread_ = 0;
  item_note what_;                             // loop's thread
  std::atomic<std::uint64_t> sequence_{0};     // odd: a callback runs
  std::atomic<std::int64_t> limit_{0};         // nanoseconds

  // A capture: the watchdog writes the callback's number into wanted_ and sends a signal; the handler, in the loop's thread,
  // fills captured_ and writes the same number into taken_. A callback that ended meanwhile has another number.
  struct capture {
    item_note what;
    call_stack native;
    std::array<await_frame, 32> awaits;
    std::size_t awaits_count = 0;
  };
  std::atomic<std::uint64_t> wanted_{0};
  std::atomic<std::uint64_t> taken_{0};
  capture captured_;

  // The watchdog's, under its mutex.
  std::uint64_t seen_ = 0;  // the callback that the following is about
  std::chrono::nanoseconds since_{};
  thread_usage baseline_;
  std::string blocked_call_;
  std::chrono::nanoseconds next_report_{};
  rate_limit reports_;
};

// The callback that a loop runs now.
struct running_callback {
  pid_t thread = 0;
  std::string what = {};                                // "<Task pending ...>"; empty: the thread could not be asked
  std::optional<std::chrono::nanoseconds> lasts = {};  // known once the watchdog has seen it twice
  std::vector<await_frame> awaits = {};                 // of the task, the innermost first
};

// Nothing when it runs none, or is not watched. Interrupts the loop's thread. Any other thread; `loop` may be gone.
std::optional<running_callback> running_callback_of(const event_loop& loop);

}  // namespace coroguard
