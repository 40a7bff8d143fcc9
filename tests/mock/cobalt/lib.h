// Boost.Cobalt's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <task.h>

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
template <class T> using awaiter = mock::awaiter_of<T>;
template <class Start, class Value, class T> struct value_promise : mock::promise_of<Start, Value, T>, mock::passes_on {};
} // namespace detail

template <class T> struct [[nodiscard]] promise {
  promise(promise &&) noexcept;
  ~promise();
  using promise_type = detail::value_promise<mock::eager, promise, T>;
  detail::awaiter<T> operator co_await();
  void operator+() &&;
  bool ready() const;
  void cancel();
  bool attached() const;
  void detach();
};

template <class T> struct [[nodiscard]] task {
  task(task &&) noexcept;
  using promise_type = detail::value_promise<mock::lazy, task, T>;
  detail::awaiter<T> operator co_await();
};

struct detached {
  using promise_type = detail::value_promise<mock::eager, detached, void>;
};

struct thread {
  using promise_type = detail::value_promise<mock::eager, thread, void>;
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
