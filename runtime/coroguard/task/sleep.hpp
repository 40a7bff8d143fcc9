// Waiting for time to pass (asyncio.sleep).
#pragma once

#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task.hpp"

namespace coroguard {

// Sets the result of a future unless it has ended: for timers, whose future may have been cancelled.
struct set_result_unless_done {
  future<void> waiting;
  void operator()() const {
    if (!waiting.done()) waiting.set_result();
  }
};

// A future that ends when `delay` has passed, in one object with the timer that ends it: a task that sleeps is what programs
// have most of. Lives in the frame of the coroutine that awaits it, so that nobody else can.
class passing_time {
public:
  passing_time(event_loop& loop, seconds delay)
      : passed_(loop, std::source_location::current(), future_kind::timer), timer_(loop.call_later(delay, end{passed_})) {}
  passing_time(const passing_time&) = delete;
  ~passing_time() { timer_.cancel(); }

  class [[nodiscard]] awaiter : public runtime_awaiter {
  public:
    explicit awaiter(future_state<void>& passed) noexcept : passed_(passed) {}
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> awaiting) const noexcept {
      awaiting.promise().task()->wait_for(passed_);
    }
    void await_resume() const {
      passed_.loop().current_task()->throw_if_woken_with_error(passed_);
      if (!passed_.done()) throw runtime_error("await wasn't used with future");
      passed_.result();
    }

  private:
    future_state<void>& passed_;
  };
  awaiter wait() noexcept { return awaiter(passed_); }

private:
  struct end {
    future_state<void>& passed;
    void operator()() const {
      if (!passed.done()) passed.set_result();
    }
  };

  future_state<void> passed_;
  timer_handle timer_;
};

// The two that sleep() is made of; of the same name, which reports show.
namespace sleep_parts {
inline coro<void> sleep() { co_await yield_once(); }
inline coro<void> sleep(seconds delay) {
  passing_time passing(get_running_loop(), delay);
  co_await passing.wait();
}
}  // namespace sleep_parts

// Ends after `delay`; zero and less: in the next turn, without a timer. Cancelling it cancels the timer. Throws
// std::invalid_argument for NaN: "Invalid delay: NaN (not a number)".
inline coro<void> sleep(seconds delay) {
  return delay <= seconds::zero() ? sleep_parts::sleep() : sleep_parts::sleep(delay);
}

// The same, with a result.
template <class T>
coro<T> sleep(seconds delay, T result) {
  co_await sleep(delay);
  co_return std::move(result);
}

}  // namespace coroguard
