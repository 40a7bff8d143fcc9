// Boost.Cobalt's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstddef>

namespace boost::asio {
class io_context {
public:
  std::size_t run();
};
class thread_pool {
public:
  explicit thread_pool(std::size_t threads);
};
struct detached_t {};
inline constexpr detached_t detached;
} // namespace boost::asio

namespace boost::cobalt {

namespace detail {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class Initial> struct promise_base {
  Initial initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  template <class Awaitable> Awaitable &&await_transform(Awaitable &&awaitable) {
    return static_cast<Awaitable &&>(awaitable);
  }
};
template <class Initial, class Value, class T> struct value_promise : promise_base<Initial> {
  Value get_return_object();
  void return_value(T);
};
template <class Initial, class Value> struct value_promise<Initial, Value, void> : promise_base<Initial> {
  Value get_return_object();
  void return_void();
};
} // namespace detail

template <class T> struct [[nodiscard]] promise {
  promise(promise &&) noexcept;
  ~promise();
  using promise_type = detail::value_promise<std::suspend_never, promise, T>;
  detail::awaiter<T> operator co_await();
  void operator+() &&;
  bool ready() const;
  void cancel();
  bool attached() const;
  void detach();
};

template <class T> struct [[nodiscard]] task {
  task(task &&) noexcept;
  using promise_type = detail::value_promise<std::suspend_always, task, T>;
  detail::awaiter<T> operator co_await();
};

struct detached {
  using promise_type = detail::value_promise<std::suspend_never, detached, void>;
};

struct thread {
  using promise_type = detail::value_promise<std::suspend_never, thread, void>;
  thread(thread &&) noexcept;
  ~thread();
  detail::awaiter<void> operator co_await() &;
  detail::awaiter<void> operator co_await() &&;
  void join();
  void detach();
  bool joinable() const;
};

template <class... Arguments> struct op {
  detail::awaiter<void> operator co_await() &&;
  virtual ~op() = default;
};

template <class T> struct channel {
  struct read_op {
    detail::awaiter<T> operator co_await() &&;
  };
  struct write_op {
    detail::awaiter<void> operator co_await() &&;
  };
  explicit channel(std::size_t limit = 0u);
  read_op read();
  write_op write(T);
  void close();
};

namespace detail {
template <class... Promises> struct join_variadic_impl {
  join_variadic_impl(Promises &&...);
  detail::awaiter<void> operator co_await() &&;
};
} // namespace detail
template <class... Promises> detail::join_variadic_impl<Promises...> join(Promises &&...promises) {
  return {static_cast<Promises &&>(promises)...};
}

namespace io {
struct steady_timer {
  struct wait_op : op<int> {};
  [[nodiscard]] wait_op wait();
};
} // namespace io

template <class T> T run(task<T>) { throw 0; }
template <class Context, class T, class Token> void spawn(Context &, task<T> &&, Token &&) {}

} // namespace boost::cobalt
