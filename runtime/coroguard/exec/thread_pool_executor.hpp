// An executor with a bounded number of threads (concurrent.futures.ThreadPoolExecutor).
#pragma once

#include "coroguard/base/callback.hpp"
#include "coroguard/base/executor.hpp"
#include "coroguard/exec/broken_executor.hpp"
#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/exec/deadline.hpp"
#include "coroguard/exec/map_results.hpp"
#include "coroguard/exec/thread_pool.hpp"
#include "coroguard/exec/work_item.hpp"

#include <atomic>
#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace coroguard {

// Threads are started as work comes and no thread is idle, and then stay. All members may be called from any thread.
//
// The destructor is Python's `with`: it refuses new work, lets all queued work run and joins the threads. After
// `shutdown(false)` it does not wait; the end of the process does, as at the end of a Python program. A destructor
// that runs in one of the pool's own threads does not wait either.
// In a forked child the pools of the parent have no threads: submit throws broken_thread_pool, shutdown does nothing.
class thread_pool_executor final : public executor {
public:
  // `max_workers` threads at most; by default the number of usable CPUs + 4, but at most 32.
  // Threads are called "<prefix>_<n>", cut to the 15 characters that Linux keeps; the default prefix is
  // "ThreadPool-<m>". `initializer` is called in each thread before its first work, in several threads at once; when
  // it throws, the pool is broken: queued work ends with broken_thread_pool, and submit throws it.
  // Throws std::invalid_argument "max_workers must be greater than 0".
  explicit thread_pool_executor(std::optional<int> max_workers = {}, std::string thread_name_prefix = {},
                                callback<void()> initializer = {});
  ~thread_pool_executor() override;

  // Queues the call `function(args...)`, of moved or copied arguments as std::thread makes them (std::ref for a
  // reference). The future gets the result or the exception; cancelling it works until a thread has begun the call.
  // Before the outcome is known, function and arguments are destroyed.
  // Throws runtime_error "cannot schedule new futures after shutdown", broken_thread_pool, and std::system_error when
  // the first thread cannot be started.
  template <class F, class... Args>
    requires std::invocable<std::decay_t<F>, std::decay_t<Args>...>
  auto submit(F&& function, Args&&... args) {
    return enqueue([function = std::decay_t<F>(std::forward<F>(function)),
                    args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)]() mutable -> decltype(auto) {
      return std::apply(std::move(function), std::move(args));
    });
  }

  // Queues `function(elements...)` for the elements of one or more ranges side by side, until the shortest is at its
  // end, all before it returns. A last argument that is no range is the time limit in seconds, counted from this call,
  // for all results together. All calls use one copy of `function`, in several threads at once.
  // Returns a map_results: the results in the order of the input. Throws what `submit` throws.
  template <class F, class... RangesAndLimit>
  auto map(F&& function, RangesAndLimit&&... ranges_and_limit) {
    constexpr std::size_t last = sizeof...(RangesAndLimit) - 1;
    auto all = std::forward_as_tuple(ranges_and_limit...);
    if constexpr (std::ranges::input_range<std::tuple_element_t<last, decltype(all)>>)
      return map_ranges(std::forward<F>(function), time_limit(), all, std::make_index_sequence<last + 1>());
    else
      return map_ranges(std::forward<F>(function), time_limit(std::get<last>(all)), all,
                        std::make_index_sequence<last>());
  }

  void post(callback<void()> work) override;

  // As executor::shutdown. Futures that `cancel_futures` drops are cancelled, and those who wait for them are told.
  // Throws runtime_error "cannot join current thread" when one of the pool's threads waits; the pool refuses work then.
  void shutdown(bool wait = true, bool cancel_futures = false) override;

  std::size_t unfinished() const override { return pool_->unfinished(); }

  std::size_t max_workers() const noexcept { return pool_->max_workers(); }
  // How many threads were started.
  std::size_t worker_count() const { return pool_->started(); }

private:
  template <class Call>
  auto enqueue(Call call) {
    auto item = std::make_unique<submitted_work<Call>>(std::move(call));
    auto future = item->future();
    pool_->submit(std::move(item));
    return future;
  }

  template <class F, class Tuple, std::size_t... I>
  auto map_ranges(F&& function, const time_limit& limit, Tuple& ranges, std::index_sequence<I...>) {
    static_assert(sizeof...(I) > 0, "map needs a range");
    using function_type = std::decay_t<F>;
    using result = result_of_call<
        std::invoke_result_t<function_type&, std::ranges::range_value_t<std::tuple_element_t<I, Tuple>>...>>;
    const deadline end(limit);
    const auto shared = std::make_shared<function_type>(std::forward<F>(function));
    const auto call = [shared](auto&... elements) -> decltype(auto) {
      return std::invoke(*shared, std::move(elements)...);
    };
    std::deque<concurrent_future<result>> futures;
    std::tuple positions(std::ranges::begin(std::get<I>(ranges))...);
    const auto more = [&] { return ((std::get<I>(positions) != std::ranges::end(std::get<I>(ranges))) && ...); };
    for (; more(); (++std::get<I>(positions), ...)) {
      std::tuple<std::ranges::range_value_t<std::tuple_element_t<I, Tuple>>...> elements(*std::get<I>(positions)...);
      futures.push_back(enqueue([call, elements = std::move(elements)]() mutable -> decltype(auto) {
        return std::apply(call, elements);
      }));
    }
    return map_results<result>(std::move(futures), end);
  }

  ref<thread_pool> pool_;
  std::atomic<bool> left_running_ = false;  // by shutdown(false): the destructor does not wait
};

}  // namespace coroguard
