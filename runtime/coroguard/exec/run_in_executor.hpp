// Blocking work for other threads, awaited by the loop (loop.run_in_executor, asyncio.to_thread).
#pragma once

#include <atomic>
#include <concepts>
#include <exception>
#include <functional>
#include <optional>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>

#include "coroguard/base/executor.hpp"
#include "coroguard/exec/delivered_future.hpp"
#include "coroguard/exec/posting_place.hpp"
#include "coroguard/exec/work_item.hpp"
#include "coroguard/future/future.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/awaiters.hpp"
#include "coroguard/task/task.hpp"

namespace coroguard {

// `pool`, or, for null, the default executor of `loop`, which is made if there is none.
executor& executor_of(event_loop& loop, executor* pool);

// The future of a call in another thread, and the call.
template <class F>
class executor_call final : public delivered_future<result_of_call<std::invoke_result_t<F>>> {
  using result_type = result_of_call<std::invoke_result_t<F>>;

public:
  executor_call(event_loop& loop, F function, std::source_location where)
      : delivered_future<result_type>(loop, where), function_(std::move(function)) {}

  bool cancel(std::optional<std::string> message) override {
    if (!delivered_future<result_type>::cancel(std::move(message))) return false;
    wanted_.store(false, std::memory_order_relaxed);
    return true;
  }

  // What an executor gets: calls the function, or, destroyed uncalled, ends the future as cancelled.
  class work {
  public:
    explicit work(ref<executor_call> call) noexcept : call_(std::move(call)) {}
    work(work&&) noexcept = default;
    ~work() { finish(); }

    void operator()() {
      call_->call();
      finish();
    }

  private:
    void finish() noexcept {
      if (!call_) return;
      call_->function_.reset();
      delivered_future<result_type>::deliver(std::move(call_));
    }

    ref<executor_call> call_;
  };

private:
  // Where the function did not run, neither is set.
  void call() noexcept {
    if (!wanted_.load(std::memory_order_relaxed)) return;
    try {
      if constexpr (std::is_void_v<result_type>) {
        std::invoke(std::move(*function_));
        result_.emplace();
      } else {
        result_.emplace();
        result_->set(std::invoke(std::move(*function_)));
      }
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  void end() override {
    if (error_)
      this->finish_with_error(std::move(error_));
    else if (!result_)
      this->finish_cancelled(std::nullopt);
    else if constexpr (std::is_void_v<result_type>)
      this->store();
    else
      store_result();
  }

  // What its move throws is the outcome then: nobody else can be told.
  void store_result() {
    try {
      this->store(result_->take());
    } catch (...) {
      this->finish_with_error(std::current_exception());
    }
  }

  std::optional<F> function_;
  std::optional<result_slot<result_type>> result_;
  std::exception_ptr error_;
  std::atomic<bool> wanted_{true};
};

template <executor_work F>
auto event_loop::run_in_executor(executor* pool, F function, std::source_location where) {
  check_open();
  check_thread("event_loop::run_in_executor", where);
  using result_type = result_of_call<std::invoke_result_t<F>>;
  executor& runs = executor_of(*this, pool);
  auto call = ref<executor_call<F>>::adopt(new executor_call<F>(*this, std::move(function), where));
  future<result_type> result(ref<future_state<result_type>>{call});
  const posting_scope from(where);
  runs.post(typename executor_call<F>::work(std::move(call)));
  return result;
}

// Calls `function(arguments...)` in a thread of the running loop's default executor once it is awaited or made a task, and gives
// its result or throws its exception. The arguments are copied or moved, as those of std::thread (std::ref for a reference).
// Cancelling it works as for run_in_executor, whose errors it throws.
template <class F, class... Args>
  requires std::invocable<F, Args...>
coro<result_of_call<std::invoke_result_t<F, Args...>>> to_thread(F function, Args... arguments) {
  auto call = [function = std::move(function), arguments = std::tuple<Args...>(std::move(arguments)...)]() mutable -> decltype(auto) {
    return std::apply(std::move(function), std::move(arguments));
  };
  auto result = get_running_loop().run_in_executor(nullptr, std::move(call));
  co_return co_await std::move(result);
}

}  // namespace coroguard
