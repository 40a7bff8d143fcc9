// A limit on the time that a part of a coroutine may take (asyncio.timeout, asyncio.timeout_at).
//
//   co_await with(timeout(10s), [&]() -> coro<void> { co_await long_running(); });
#pragma once

#include <exception>
#include <optional>
#include <string>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task.hpp"
#include "coroguard/task/with.hpp"

namespace coroguard {

// When the time is over, the current task is cancelled; the cancelled_error that leaves the scope becomes a timeout_error. It
// stays a cancelled_error when somebody else asked the task to end as well: that request is not this scope's to take back.
//
// Other errors pass as they are, also when the time is over: C++ cannot add a TimeoutError to the context of an exception
// that exists, as asyncio does. expired() says whether it was. The timeout_error holds the cancelled_error (std::nested_exception).
//
// For one use. May be moved until it is entered. Loop's thread only.
class timeout {
public:
  // Ends `delay` after the construction; nothing: never. Zero and less: the first suspension that lasts is the end. Throws
  // runtime_error("no running event loop") and, for NaN, std::invalid_argument.
  explicit timeout(std::optional<seconds> delay);
  // Throws runtime_error("Timeout has already been entered") when `other` was.
  timeout(timeout&& other);
  timeout& operator=(timeout&&) = delete;
  ~timeout();

  // When it ends, by event_loop::time(); nothing: never.
  std::optional<time_point> when() const noexcept { return when_; }

  // Changes that. Throws runtime_error when the scope was not entered ("Timeout has not been entered") or is past ("Cannot
  // change state of finished Timeout").
  void reschedule(std::optional<time_point> when);

  // True when the time was over before the scope ended; also in the scope, once it was cancelled.
  bool expired() const noexcept { return state_ == state::expiring || state_ == state::expired; }

  // "<Timeout [active] when=12.500>", for people; seconds of the loop's clock.
  std::string describe() const;

  // For `with`. Entering throws runtime_error("Timeout has already been entered") or, outside of a task, runtime_error("Timeout
  // should be used inside a task"); leaving throws the timeout_error.
  auto enter() {
    return immediate([this] { begin(); });
  }
  // `error` must outlive the await.
  auto exit(const std::exception_ptr& error) {
    return immediate([this, &error] { end(error); });
  }

private:
  friend timeout timeout_at(std::optional<time_point> when);

  enum class state { created, active, expiring, expired, finished };
  static const char* name_of(state which) noexcept;

  struct absolute {};
  timeout(absolute, std::optional<time_point> when) noexcept : when_(when) {}

  void begin();
  void end(const std::exception_ptr& error);
  void on_timeout();

  std::optional<time_point> when_;
  handle timer_;
  task_base task_;
  int cancelling_ = 0;  // requests to cancel the task that were there before
  state state_ = state::created;
};

// The same with a point of the loop's clock. One that is past counts as now.
timeout timeout_at(std::optional<time_point> when);

}  // namespace coroguard
