// Waiting for several thread futures at once (concurrent.futures.wait and as_completed).
#pragma once

#include "coroguard/base/return_when.hpp"
#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/exec/deadline.hpp"
#include "coroguard/exec/next_range.hpp"

#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace coroguard::concurrent {

// The futures given to `wait`, each once and in the order given.
template <class Future>
struct wait_result {
  std::vector<Future> done;
  std::vector<Future> not_done;
};

// A range of handles on thread futures: concurrent_future<T>, or concurrent_future_base for several types.
template <class R>
concept future_range =
    std::ranges::input_range<R> && std::derived_from<std::ranges::range_value_t<R>, concurrent_future_base>;

// Each future once, in the order of its first mention.
template <future_range R>
std::vector<std::ranges::range_value_t<R>> distinct(R&& futures) {
  std::unordered_set<const concurrent_future_core*> seen;
  std::vector<std::ranges::range_value_t<R>> result;
  for (auto&& future : futures)
    if (seen.insert(future.core().get()).second) result.push_back(future);
  return result;
}

// For each of the distinct futures, whether it is done when the wait is over.
std::vector<bool> wait_for_cores(const std::vector<concurrent_future_core*>& cores, const time_limit& limit, return_when mode);

// Blocks until the futures are done as `mode` says, or `limit` seconds have passed (nothing: without limit), which is
// no error. Futures that are done already count. A cancelled future counts as done when its worker knows of it (see
// set_running_or_notify_cancel), which is at once in a pool with an idle thread. Nothing is cancelled.
// Never call it in the thread of a running event loop.
template <future_range R>
wait_result<std::ranges::range_value_t<R>> wait(R&& futures, time_limit limit = {},
                                                return_when mode = return_when::all_completed) {
  auto given = distinct(futures);
  std::vector<concurrent_future_core*> cores;
  for (const concurrent_future_base& future : given) cores.push_back(future.core().get());
  const std::vector<bool> done = wait_for_cores(cores, limit, mode);
  wait_result<std::ranges::range_value_t<R>> result;
  for (std::size_t i = 0; i < given.size(); ++i) (done[i] ? result.done : result.not_done).push_back(std::move(given[i]));
  return result;
}
inline wait_result<concurrent_future_base> wait(std::initializer_list<concurrent_future_base> futures,
                                                time_limit limit = {}, return_when mode = return_when::all_completed) {
  return wait<const std::initializer_list<concurrent_future_base>&>(futures, limit, mode);
}

// Futures as they end, of no known type: what completed_range is made of.
class completion_queue final : private completion_watcher {
public:
  completion_queue(std::vector<concurrent_future_base> distinct_futures, const time_limit& limit);
  completion_queue(const completion_queue&) = delete;
  completion_queue& operator=(const completion_queue&) = delete;
  ~completion_queue();

  std::optional<concurrent_future_base> next();

private:
  void completed(concurrent_future_core& future, concurrent_outcome outcome) noexcept override;
  concurrent_future_core* wait_for_completion();
  void forget_pending() noexcept;

  const std::size_t total_;
  const deadline end_;
  std::deque<concurrent_future_base> done_before_;
  std::unordered_map<concurrent_future_core*, concurrent_future_base> pending_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<concurrent_future_core*> completed_;  // has room for all: the watcher must not throw
  std::size_t taken_ = 0;
};

// The futures given to `as_completed`, each once.
template <class Future>
class completed_range : public next_range<completed_range<Future>, Future> {
public:
  completed_range(std::vector<concurrent_future_base> distinct_futures, const time_limit& limit)
      : queue_(std::make_unique<completion_queue>(std::move(distinct_futures), limit)) {}

  // Blocks for the next future; nothing after the last. Throws timeout_error "<n> (of <m>) futures unfinished" when
  // the time limit is over, which ends the range. The range keeps no handle on a future that it gave.
  std::optional<Future> next() {
    std::optional<concurrent_future_base> future = queue_->next();
    if (!future) return std::nullopt;
    return Future(*std::move(future));
  }

private:
  std::unique_ptr<completion_queue> queue_;
};

// The futures as they end, each once: first those that are done now, then the others in the order in which they end.
// `limit`: seconds from this call for all of them (nothing: without limit). A cancelled future counts as in `wait`.
// Iterating blocks: never do it in the thread of a running event loop. Nothing is cancelled.
template <future_range R>
completed_range<std::ranges::range_value_t<R>> as_completed(R&& futures, time_limit limit = {}) {
  auto given = distinct(futures);
  return {std::vector<concurrent_future_base>(given.begin(), given.end()), limit};
}
inline completed_range<concurrent_future_base> as_completed(std::initializer_list<concurrent_future_base> futures,
                                                            time_limit limit = {}) {
  return as_completed<const std::initializer_list<concurrent_future_base>&>(futures, limit);
}

}  // namespace coroguard::concurrent
