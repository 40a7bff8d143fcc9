// Waiting for some or all of several futures (asyncio.wait).
//
//   auto [done, pending] = co_await wait(tasks, {.return_when = return_when::first_completed});
#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <vector>

#include "coroguard/base/return_when.hpp"
#include "coroguard/task/completion_watch.hpp"
#include "coroguard/task/ensure_future.hpp"
#include "coroguard/task/sleep.hpp"

namespace coroguard {

// Trivial on purpose, as task_options.
struct wait_options {
  std::optional<seconds> timeout = {};  // nothing: without limit
  coroguard::return_when return_when = coroguard::return_when::all_completed;
};

// Both in the order in which they were given.
template <class Future>
struct wait_result {
  std::vector<Future> done;
  std::vector<Future> pending;
};

// Counts the futures that are done and sets the result of `waiter` when they are enough.
class wait_watch final : public completion_watch {
public:
  wait_watch(const wait_options& options, future<void> waiter)
      : mode_(options.return_when), timed_(options.timeout.has_value()), waiter_(std::move(waiter)) {}
  void begin(std::vector<ref<future_state_base>> futures) {
    left_ = futures.size();
    watch(std::move(futures));
  }
  using completion_watch::stop;
  future_state_base* waiting() const noexcept override { return &waiter_.state(); }
  // The end of the time is no error here.
  bool needs_all() const noexcept override { return mode_ == return_when::all_completed && !timed_; }

private:
  void completed(std::size_t place) override {
    --left_;
    if (left_ > 0 && mode_ != return_when::first_completed && !(mode_ == return_when::first_exception && failed(*at(place))))
      return;
    if (!waiter_.done()) waiter_.set_result();
  }
  static bool failed(future_state_base& done) { return !done.cancelled() && done.exception() != nullptr; }

  std::size_t left_ = 0;
  return_when mode_;
  bool timed_;
  future<void> waiter_;
};

template <class Future>
coro<wait_result<Future>> wait_in_frame(std::vector<Future> futures, wait_options options) {
  if (futures.empty()) throw std::invalid_argument("Set of Tasks/Futures is empty.");
  futures = without_duplicates(std::move(futures));
  event_loop& loop = get_running_loop();
  std::vector<ref<future_state_base>> states = states_of(futures, loop);
  const future<void> waiter = loop.create_future<void>();
  struct scope {
    ref<wait_watch> watch;
    timer_handle timer;
    ~scope() {
      timer.cancel();
      watch->stop();
    }
  } ends{ref<wait_watch>::adopt(new wait_watch(options, waiter)), timer_handle()};
  if (options.timeout) ends.timer = loop.call_later(*options.timeout, set_result_unless_done{waiter});
  ends.watch->begin(std::move(states));
  co_await waiter;
  wait_result<Future> result;
  for (Future& one : futures) (one.done() ? result.done : result.pending).push_back(std::move(one));
  co_return result;
}

// Waits until all of `futures` (handles on futures or tasks, of one type) are done, or as `options.return_when` says, or until
// the time is over. Neither an error nor the end of the time is thrown, and nothing is cancelled: what is not done then is in
// `pending`. Duplicates count once. Cancelling the task that waits leaves the futures alone.
//
// Throws, when awaited, std::invalid_argument when there is none ("Set of Tasks/Futures is empty.") and when one belongs to
// another loop. Coroutines must be made tasks first.
template <std::ranges::input_range Range>
  requires future_like<std::ranges::range_reference_t<Range>>
coro<wait_result<std::ranges::range_value_t<Range>>> wait(Range&& futures, wait_options options) {
  std::vector<std::ranges::range_value_t<Range>> handles;
  for (auto&& one : futures) handles.push_back(std::forward<decltype(one)>(one));
  return wait_in_frame(std::move(handles), options);
}
template <std::ranges::input_range Range>
  requires future_like<std::ranges::range_reference_t<Range>>
coro<wait_result<std::ranges::range_value_t<Range>>> wait(Range&& futures) {
  return wait(std::forward<Range>(futures), wait_options{});
}

}  // namespace coroguard
