// Asio's names and shapes as far as cases need them; asio.hpp itself takes two seconds to parse.
#pragma once
#include <chrono>
#include <coroutine>
#include <exception>
#include <system_error>
#include <task.h>
#include <utility>

namespace asio {

using std::error_code;

struct execution_context {};

class io_context : public execution_context {
public:
  template <class Allocator, unsigned Bits> class basic_executor_type {
  public:
    template <class F> void execute(F &&) const {}
  };
  using executor_type = basic_executor_type<int, 0>;
  explicit io_context(int concurrency = 1);
  executor_type get_executor() noexcept;
  std::size_t run();
  std::size_t poll();
  void stop();
};

class thread_pool : public execution_context {
public:
  template <class Allocator, unsigned Bits> class basic_executor_type {
  public:
    template <class F> void execute(F &&) const {}
  };
  using executor_type = basic_executor_type<int, 0>;
  explicit thread_pool(std::size_t threads = 4);
  ~thread_pool();
  executor_type get_executor() noexcept;
  void join();
};

class any_io_executor {
public:
  any_io_executor(io_context::executor_type);
  any_io_executor(thread_pool::executor_type);
};

template <class T, class Executor = any_io_executor> class awaitable;

namespace this_coro {
struct executor_t {};
constexpr executor_t executor;
struct throw_if_cancelled_1_t { bool value; };
inline throw_if_cancelled_1_t throw_if_cancelled(bool value) { return {value}; }
} // namespace this_coro

namespace detail {
template <class T, class Executor> struct awaitable_frame_base {
  auto await_transform(this_coro::executor_t) noexcept {
    struct result {
      bool await_ready() const noexcept { return true; }
      void await_suspend(std::coroutine_handle<>) noexcept {}
      Executor await_resume() const noexcept;
    };
    return result();
  }
  auto await_transform(this_coro::throw_if_cancelled_1_t) noexcept {
    struct result {
      bool await_ready() const noexcept { return true; }
      void await_suspend(std::coroutine_handle<>) noexcept {}
      void await_resume() const noexcept {}
    };
    return result();
  }
  auto initial_suspend() noexcept { return std::suspend_always(); }
  auto final_suspend() noexcept { return std::suspend_always(); }
  void unhandled_exception();
  template <class U> auto await_transform(awaitable<U, Executor> a) const { return a; }
  template <class Awaiter> auto await_transform(Awaiter a) const { return a; }
};
template <class T, class Executor> struct awaitable_frame : awaitable_frame_base<T, Executor> {
  awaitable<T, Executor> get_return_object() noexcept;
  void return_value(T);
};
template <class Executor> struct awaitable_frame<void, Executor> : awaitable_frame_base<void, Executor> {
  awaitable<void, Executor> get_return_object() noexcept;
  void return_void();
};
} // namespace detail

template <class T, class Executor> class [[nodiscard]] awaitable {
public:
  awaitable(awaitable &&) noexcept;
  awaitable &operator=(awaitable &&) noexcept;
  ~awaitable();
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

template <class Executor = any_io_executor> struct use_awaitable_t {};
inline constexpr use_awaitable_t<> use_awaitable;
struct detached_t {};
inline constexpr detached_t detached;
struct deferred_t {};
inline constexpr deferred_t deferred;

template <class Signature, class Initiation> class [[nodiscard]] deferred_async_operation {
public:
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

template <class T, class Executor> class executor_binder {};
template <class Executor, class T> executor_binder<T, typename Executor::executor_type> bind_executor(Executor &, T &&);
template <class Executor, class T> executor_binder<T, Executor> bind_executor(const Executor &, T &&);

template <class Executor> class strand {
public:
  using inner_executor_type = Executor;
  template <class F> void execute(F &&) const {}
};
template <class Context> strand<typename Context::executor_type> make_strand(Context &);
template <class Executor> strand<Executor> make_strand(const Executor &);

namespace detail {
/// What an initiating function returns for a token.
template <class Token> struct result_of { using type = void; };
template <class E> struct result_of<use_awaitable_t<E>> { using type = awaitable<void, E>; };
template <> struct result_of<deferred_t> { using type = deferred_async_operation<void(), int>; };
template <class T, class E> struct result_of<executor_binder<T, E>> : result_of<std::decay_t<T>> {};
template <class Token> using result = typename result_of<std::decay_t<Token>>::type;

template <class T, class Token> struct spawn_result { using type = void; };
template <class T, class E> struct spawn_result<T, use_awaitable_t<E>> { using type = awaitable<T, E>; };
template <class T, class Token> using spawned = typename spawn_result<T, std::decay_t<Token>>::type;
template <class F> struct value_of;
template <class T, class E> struct value_of<awaitable<T, E>> { using type = T; };
} // namespace detail

template <class Token> detail::result<Token> post(Token &&) { std::terminate(); }
template <class Executor, class Token> detail::result<Token> post(Executor &&, Token &&, int = 0) { std::terminate(); }
template <class Token> detail::result<Token> dispatch(Token &&) { std::terminate(); }
template <class Executor, class Token> detail::result<Token> dispatch(Executor &&, Token &&, int = 0) { std::terminate(); }

template <class Executor, class T, class Token>
detail::spawned<T, Token> co_spawn(const Executor &, awaitable<T, any_io_executor>, Token &&, int = 0) {
  std::terminate();
}
template <class Context, class T, class Token>
detail::spawned<T, Token> co_spawn(Context &, awaitable<T, any_io_executor>, Token &&, int = 0) {
  std::terminate();
}
template <class Context, class F, class Token>
auto co_spawn(Context &, F &&, Token &&, typename detail::value_of<decltype(std::declval<F>()())>::type * = nullptr)
    -> detail::spawned<typename detail::value_of<decltype(std::declval<F>()())>::type, Token> {
  std::terminate();
}

template <class Clock, class Traits = int, class Executor = any_io_executor> class basic_waitable_timer {
public:
  explicit basic_waitable_timer(io_context &);
  explicit basic_waitable_timer(const Executor &);
  basic_waitable_timer(basic_waitable_timer &&);
  const Executor &get_executor() noexcept;
  std::size_t cancel();
  std::size_t expires_after(std::chrono::milliseconds);
  void wait();
  template <class Token> detail::result<Token> async_wait(Token &&) { std::terminate(); }
};
using steady_timer = basic_waitable_timer<std::chrono::steady_clock>;

struct mutable_buffer {};
template <class T> mutable_buffer buffer(T &);

template <class Protocol, class Executor = any_io_executor> class basic_socket {
public:
  explicit basic_socket(io_context &);
  const Executor &get_executor() noexcept;
  void close();
  void cancel();
  void shutdown(int);
  bool is_open() const;
  bool non_blocking() const;
  void non_blocking(bool);
};
template <class Protocol, class Executor = any_io_executor>
class basic_stream_socket : public basic_socket<Protocol, Executor> {
public:
  using basic_socket<Protocol, Executor>::basic_socket;
  std::size_t write_some(mutable_buffer);
  template <class Token> detail::result<Token> async_read_some(mutable_buffer, Token &&) { std::terminate(); }
  template <class Token> detail::result<Token> async_write_some(mutable_buffer, Token &&) { std::terminate(); }
};
template <class Protocol, class Executor = any_io_executor>
class basic_datagram_socket : public basic_socket<Protocol, Executor> {
public:
  using basic_socket<Protocol, Executor>::basic_socket;
  std::size_t receive(mutable_buffer);
  std::size_t send(mutable_buffer);
};
namespace ip {
class tcp {
public:
  using socket = basic_stream_socket<tcp>;
};
class udp {
public:
  using socket = basic_datagram_socket<udp>;
};
} // namespace ip
namespace local {
class stream_protocol {
public:
  using socket = basic_stream_socket<stream_protocol>;
};
} // namespace local

template <class Executor> class executor_work_guard {
public:
  void reset();
};
template <class Context> executor_work_guard<typename Context::executor_type> make_work_guard(Context &);
template <class Stream, class Token> detail::result<Token> async_write(Stream &, mutable_buffer, Token &&) { std::terminate(); }
template <class Stream, class Token> detail::result<Token> async_read(Stream &, mutable_buffer, Token &&) { std::terminate(); }

namespace experimental::awaitable_operators {
awaitable<void> operator&&(awaitable<void>, awaitable<void>);
awaitable<void> operator||(awaitable<void>, awaitable<void>);
} // namespace experimental::awaitable_operators

} // namespace asio

template <class T, class E, class... Arguments> struct std::coroutine_traits<asio::awaitable<T, E>, Arguments...> {
  using promise_type = asio::detail::awaitable_frame<T, E>;
};

// The spellings of the cases.
template <class T = void> using task = asio::awaitable<T>;
using loop = asio::io_context;
using pool = asio::thread_pool;
using timer = asio::steady_timer;
using asio::co_spawn;
using asio::detached;
using asio::post;
using asio::use_awaitable;
