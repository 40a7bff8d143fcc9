// Waiting for one thing, but not for ever (asyncio.wait_for).
#pragma once

#include <exception>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/ensure_future.hpp"
#include "coroguard/task/task.hpp"
#include "coroguard/task/timeout.hpp"

namespace coroguard {

// Releases whoever waits for `waiter` once a future is done, without passing on how it ended.
struct release_waiter {
  future<void> waiter;
  template <class T>
  void operator()(const future<T>&) const {
    if (!waiter.done()) waiter.set_result();
  }
  bool operator==(const release_waiter&) const = default;
};

// Cancels `awaited` and waits until it is done. Awaiting it directly would let its cancellation and that of the current task
// look the same.
template <class T>
coro<void> cancel_and_wait(future<T> awaited) {
  future<void> waiter = awaited.get_loop().template create_future<void>();
  const release_waiter releases{waiter};
  awaited.add_done_callback(releases);
  struct scope {
    const future<T>& awaited;
    const release_waiter& releases;
    ~scope() { awaited.remove_done_callback(releases); }
  } const ends{awaited, releases};
  awaited.cancel();
  co_await waiter;
}

// wait_for with no time at all: what is not done is cancelled.
template <class T>
coro<T> wait_for_done(future<T> awaited) {
  require_valid(awaited);
  if (!awaited.done()) {
    if (&awaited.get_loop() != &get_running_loop()) co_await awaited;  // throws, and leaves the future of the other loop alone
    co_await cancel_and_wait(awaited);
    if (awaited.cancelled()) {
      try {
        awaited.result();
      } catch (const cancelled_error&) {
        std::throw_with_nested(timeout_error());
      }
    }
  }
  co_return awaited.result();
}

// wait_for with some time, or without limit. `Awaited` is a coro<T> or a future<T>.
template <class T, class Awaited>
coro<T> wait_for_under(Awaited awaited, std::optional<seconds> limit) {
  std::optional<timeout> made;
  try {
    made.emplace(limit);
  } catch (...) {
    close_refused(awaited);
    throw;
  }
  timeout& scope = *made;
  std::exception_ptr error;  // co_await cannot stand in a handler
  result_slot<T> result;
  co_await scope.enter();
  try {
    if constexpr (std::is_void_v<T>)
      co_await awaited;
    else
      result.set(co_await awaited);
  } catch (...) {
    error = std::current_exception();
  }
  co_await scope.exit(error);
  if (error) std::rethrow_exception(std::move(error));
  co_return result.take();
}

// Awaits `awaited` in the current task, for at most `limit` (nothing: without limit), and gives its result. When the time is
// over it is cancelled and, once it has ended, this throws timeout_error; but what it returns or throws instead of ending as
// cancelled is passed on. Cancelling the task that waits here cancels `awaited`, too; coroguard::shield prevents both. A limit
// of zero or less: a future that is done gives its result, anything else is cancelled; a coroutine does not begin.
template <class T>
coro<T> wait_for(future<T> awaited, std::optional<seconds> limit) {
  if (limit && *limit <= seconds::zero()) return wait_for_done<T>(std::move(awaited));
  return wait_for_under<T>(std::move(awaited), limit);
}
template <class T>
coro<T> wait_for(task<T> awaited, std::optional<seconds> limit) {
  return wait_for(future<T>(std::move(awaited)), limit);
}
template <class T>
coro<T> wait_for_begun(coro<T> awaited, std::source_location where) {
  // A task, for the sake of the task factory: an eager one lets a coroutine that never waits end.
  task<T> made = create_task(std::move(awaited), {}, where);
  co_return co_await wait_for_done<T>(made);
}
template <class T>
coro<T> wait_for(coro<T> awaited, std::optional<seconds> limit,
                 std::source_location where = std::source_location::current()) {
  if (limit && *limit <= seconds::zero()) return wait_for_begun(std::move(awaited), where);
  return wait_for_under<T>(std::move(awaited), limit);
}

}  // namespace coroguard
