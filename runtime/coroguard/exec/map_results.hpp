// The results of an executor's `map`.
#pragma once

#include "coroguard/exec/concurrent_future.hpp"
#include "coroguard/exec/deadline.hpp"
#include "coroguard/exec/next_range.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace coroguard {

// What a `map` over a function that returns R gives for each call: a monostate for void, a reference_wrapper for T&.
template <class R>
struct mapped {
  using type = R;
};
template <>
struct mapped<void> {
  using type = std::monostate;
};
template <class T>
struct mapped<T&> {
  using type = std::reference_wrapper<T>;
};

// The results in the order of the input, each as soon as it and those before it are there. Destroying it cancels the
// calls that no thread has begun and whose results were not asked for.
template <class R>
class map_results : public next_range<map_results<R>, typename mapped<R>::type> {
public:
  using value_type = typename mapped<R>::type;

  map_results(std::deque<concurrent_future<R>> futures, deadline end) : futures_(std::move(futures)), end_(end) {}
  map_results(map_results&& other) noexcept : futures_(std::exchange(other.futures_, {})), end_(other.end_) {}
  map_results& operator=(map_results&&) = delete;
  ~map_results() { cancel_rest(); }

  // Blocks for the next result; nothing after the last. Throws what the call threw, timeout_error when the time limit
  // of the `map` is over, cancelled_error when the pool dropped the call. Each of them cancels the calls that no thread
  // has begun and ends the range, as an exception ends a generator.
  std::optional<value_type> next() {
    if (futures_.empty()) return std::nullopt;
    const concurrent_future<R> future = std::move(futures_.front());
    futures_.pop_front();
    try {
      if constexpr (std::is_object_v<R>) return future.take(end_.remaining());
      else if constexpr (std::is_void_v<R>) return future.result(end_.remaining()), std::monostate();
      else return std::ref(future.result(end_.remaining()));
    } catch (...) {
      future.cancel();
      cancel_rest();
      throw;
    }
  }

private:
  void cancel_rest() noexcept {
    for (const concurrent_future<R>& future : std::exchange(futures_, {})) future.cancel();
  }

  std::deque<concurrent_future<R>> futures_;
  deadline end_;
};

}  // namespace coroguard
