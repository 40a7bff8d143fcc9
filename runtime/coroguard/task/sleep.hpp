// Waiting for time to pass (asyncio.sleep).
#pragma once

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

// Ends after `delay`; zero and less: in the next turn, without a timer. Cancelling it cancels the timer. Throws
// std::invalid_argument for NaN: "Invalid delay: NaN (not a number)".
inline coro<void> sleep(seconds delay) {
  to_nanoseconds(delay);
  if (delay <= seconds::zero()) {
    co_await yield_once();
    co_return;
  }
  event_loop& loop = get_running_loop();
  future<void> passed = loop.create_future<void>();
  struct timer_scope {
    timer_handle timer;
    ~timer_scope() { timer.cancel(); }
  } ends{loop.call_later(delay, set_result_unless_done{passed})};
  co_await passed;
}

// The same, with a result.
template <class T>
coro<T> sleep(seconds delay, T result) {
  co_await sleep(delay);
  co_return std::move(result);
}

}  // namespace coroguard
