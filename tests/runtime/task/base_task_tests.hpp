// What the ports of CPython's BaseTaskTests share.
#pragma once

#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task.hpp>
#include <optional>
#include <string>
#include <utility>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {

class BaseTaskTests : public virtual_loop {
protected:
  template <class T>
  task<T> new_task(coro<T> body) {
    return loop.create_task(std::move(body), {.name = "TestTask"});
  }
  template <class T = void>
  future<T> new_future() {
    return loop.create_future<T>();
  }
  // What a task waits for, or null.
  static const future_state_base* waiting_for(const task_base& waiting) { return waiting.core().waiting_for(); }
};

// The message of a cancelled_error; "nothing" when it has none, "another exception" for what is no cancelled_error.
inline std::string cancel_message(const std::exception_ptr& error) {
  if (!is<cancelled_error>(error)) return "another exception: " + describe(error);
  try {
    std::rethrow_exception(error);
  } catch (const cancelled_error& caught) {
    return caught.message().value_or("nothing");
  }
}

inline coro<void> do_nothing() { co_return; }

template <class T>
coro<T> return_value(T value) {
  co_return std::move(value);
}

template <class T>
coro<T> await_future(future<T> awaited) {
  co_return co_await awaited;
}

inline coro<int> twelve_after(seconds delay) {
  co_await sleep(delay);
  co_return 12;
}

// Whether it was asked to end, and has not.
inline bool must_cancel(const task_base& asked) { return asked.describe().starts_with("<Task cancelling"); }

}  // namespace coroguard
