// Work for a loop from any other thread (asyncio.run_coroutine_threadsafe).
#pragma once

#include <exception>
#include <source_location>
#include <type_traits>
#include <utility>

#include "coroguard/base/errors.hpp"
#include "coroguard/base/ref.hpp"
#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/loop/loop_link.hpp"
#include "coroguard/task/task.hpp"

namespace coroguard {

// The task that a concurrent future stands for. Only the loop's thread looks at `task`, which is null once the task is done; until
// then the loop keeps the task alive. A count of its own would be a circle: the task's callback keeps the concurrent future.
struct bridged_task final : ref_counted {
  future_state_base* task = nullptr;
};

// Cancels the task on its loop. Any thread; nothing happens when the loop is closed.
void cancel_on_loop(const ref<loop_link>& link, const ref<bridged_task>& bridge) noexcept;

// Cancels it for good: no worker will come and tell those who wait for several futures.
void cancel_and_notify(const concurrent_future_base& outcome) noexcept;

// A done-callback of the task: gives the outcome to the concurrent future. Destroyed uncalled, because the loop was closed, it
// cancels the concurrent future: nobody waits for ever.
template <class T>
class outcome_of_task {
public:
  outcome_of_task(concurrent_future<T> outcome, ref<bridged_task> bridge) noexcept
      : outcome_(std::move(outcome)), bridge_(std::move(bridge)) {}
  outcome_of_task(outcome_of_task&&) noexcept = default;
  ~outcome_of_task() {
    if (!bridge_) return;
    bridge_->task = nullptr;
    cancel_and_notify(outcome_);
  }

  void operator()(const future<T>& done) {
    std::exchange(bridge_, nullptr)->task = nullptr;
    if (done.cancelled()) outcome_.cancel();
    if (!outcome_.set_running_or_notify_cancel()) return;
    if (const std::exception_ptr error = done.exception())
      outcome_.set_exception(error);
    else if constexpr (std::is_void_v<T>)
      outcome_.set_result();
    else
      set_result(done);
  }

private:
  // What copying the result throws is the outcome then: another thread waits.
  void set_result(const future<T>& done) {
    try {
      outcome_.set_result(done.result());
    } catch (const invalid_state_error&) {
      throw;
    } catch (...) {
      outcome_.set_exception(std::current_exception());
    }
  }

  concurrent_future<T> outcome_;
  ref<bridged_task> bridge_;
};

// What is posted: makes the task. Destroyed uncalled, it closes the coroutine and cancels the concurrent future.
template <class T>
class start_of_task {
public:
  start_of_task(coro<T> body, concurrent_future<T> outcome, event_loop& loop, std::source_location where) noexcept
      : body_(std::move(body)), outcome_(std::move(outcome)), loop_(&loop), where_(where) {}
  start_of_task(start_of_task&&) noexcept = default;
  ~start_of_task() {
    if (!body_.valid()) return;
    body_.close();
    cancel_and_notify(outcome_);
  }

  void operator()() {
    try {
      start();
    } catch (...) {
      const std::exception_ptr error = std::current_exception();
      if (passes_through_loop(error))
        cancel_and_notify(outcome_);
      else if (outcome_.set_running_or_notify_cancel())
        outcome_.set_exception(error);
      throw;
    }
  }

private:
  void start() {
    const task<T> made = loop_->create_task(std::move(body_), where_);
    auto bridge = ref<bridged_task>::adopt(new bridged_task);
    bridge->task = &made.state();
    outcome_.add_done_callback([link = loop_->link(), bridge](const concurrent_future<T>& done) {
      if (done.cancelled()) cancel_on_loop(link, bridge);
    });
    made.add_done_callback(outcome_of_task<T>(outcome_, std::move(bridge)));
  }

  coro<T> body_;
  concurrent_future<T> outcome_;
  event_loop* loop_;
  std::source_location where_;
};

// Makes a task of `body` on `loop`, and gives a future for the calling thread to block on: its result is the task's, moved out
// when it cannot be copied. Cancelling it cancels the task, and the other way round; when the loop is closed first, it ends as
// cancelled. Any thread but the loop's own, which would wait for itself; the caller answers for the loop being alive during the
// call. Throws runtime_error("Event loop is closed"), and closes the coroutine.
template <class T>
concurrent_future<T> run_coroutine_threadsafe(coro<T> body, event_loop& loop,
                                              std::source_location where = std::source_location::current()) {
  concurrent_future<T> outcome;
  start_of_task<T> start(std::move(body), outcome, loop, where);
  loop.call_soon_threadsafe(std::move(start), where);
  return outcome;
}

}  // namespace coroguard
