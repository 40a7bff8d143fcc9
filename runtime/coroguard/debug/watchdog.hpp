// The thread that looks at loops while they run a callback, one for the process.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coroguard/debug/call_stack.hpp"
#include "coroguard/debug/thread_usage.hpp"
#include "coroguard/loop/ready_queue.hpp"
#include "coroguard/observe/item_note.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

class event_loop;

// Lets so many reports through in ten seconds, and counts the others.
class rate_limit {
public:
  // How many were held back before this one; nothing: hold it back.
  std::optional<int> allow(std::chrono::nanoseconds now);
  int suppressed() const noexcept { return suppressed_; }
  // What was let through was not made after all.
  void take_back(int suppressed) noexcept {
    --passed_;
    suppressed_ += suppressed;
  }
  int take_suppressed() noexcept { return std::exchange(suppressed_, 0); }

private:
  static constexpr int most_ = 5;
  std::chrono::nanoseconds window_{};
  int passed_ = 0;
  int suppressed_ = 0;
};

// "suppressed 3 reports like this one"
std::string suppressed_note(int count);

// What a loop tells the watchdog: what it runs, and two stores around each callback, without a lock and without reading a clock.
class watched_loop {
public:
  explicit watched_loop(event_loop& loop) noexcept : loop_(loop) {}
  watched_loop(const watched_loop&) = delete;

  // From here on the calling thread runs the loop. Until `unwatch` the object stays where it is. A report of this loop that the
  // watchdog makes has been made when `unwatch` returns; one whose sink calls it excepted.
  void watch();
  void unwatch() noexcept;

  // From the next callback on.
  void set_limit(std::chrono::nanoseconds limit) noexcept { limit_.store(limit.count(), std::memory_order_relaxed); }

  void callback_begins(const ready_item& item) noexcept {
    ::new (&what_) item_note(item.note());  // in place: each copy of it would be noticed in what a callback costs
    count();
  }
  void callback_ends() noexcept { count(); }
  // The callback that runs, or ran last: it may be gone.
  const item_note& what() const noexcept { return what_; }

  // After a callback that took long by the loop's clock, before callback_ends: what it spent its time with, as the watchdog
  // saw it. Empty when it did not see it.
  std::string classification(std::chrono::nanoseconds took) const;
  // When it was reported while it lasted: how many more reports of stalls were held back since the last one. Else nothing.
  std::optional<int> suppressed_if_reported();
  // Reports of stalls that the rate limit held back since the last one that it let through.
  int suppressed() const noexcept { return reports_.suppressed(); }

private:
  friend class watchdog;

  // No read-modify-write, which would lock the bus: only the loop's thread writes. Its signal handler sees what_ as it was before
  // this or after.
  void count() noexcept {
    sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }

  static void take_capture(int signal, void* information, void* context) noexcept;

  event_loop& loop_;
  pid_t thread_ = 0;
  item_note what_;                             // loop's thread
  std::atomic<std::uint64_t> sequence_{0};     // odd: a callback runs
  std::atomic<std::int64_t> limit_{0};         // nanoseconds

  // A capture: the watchdog writes the callback's number into wanted_ and sends a signal. The handler, in the loop's thread,
  // takes the number out, fills captured_ and writes the number into taken_; the loop goes on when it returns. A watchdog that
  // gives up takes the number out itself, so whoever has taken it is alone with captured_: a signal that comes late, or for a
  // callback that ended meanwhile, finds nothing to do.
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
  thread_samples samples_;
  std::chrono::nanoseconds next_report_{};
  bool reported_ = false;
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
