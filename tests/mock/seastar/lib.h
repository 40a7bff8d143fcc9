// Seastar's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace seastar {

template <class T = void> class future;
template <class T> struct futurize { using type = future<T>; };
template <class T> struct futurize<future<T>> { using type = future<T>; };
template <class T> using futurize_t = typename futurize<T>::type;
template <class F, class... A> using result = futurize_t<std::invoke_result_t<F, A...>>;

namespace internal {
template <class T> struct promise_base {
  future<T> get_return_object() noexcept;
  std::suspend_never initial_suspend() noexcept;
  std::suspend_never final_suspend() noexcept;
  void unhandled_exception() noexcept;
};
template <class T> struct coroutine_promise : promise_base<T> { void return_value(T); };
template <> struct coroutine_promise<void> : promise_base<void> { void return_void(); };
template <class T> struct awaiter {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class F, class T> struct applied { using type = result<F, T>; };
template <class F> struct applied<F, void> { using type = result<F>; };
} // namespace internal

template <class T> class [[nodiscard]] future {
public:
  using promise_type = internal::coroutine_promise<T>;
  future(future &&) noexcept;
  future &operator=(future &&) noexcept;
  T get();
  void wait() noexcept;
  bool available() const noexcept;
  void ignore_ready_future() noexcept;
  bool failed() const noexcept;
  template <class F> typename internal::applied<F, T>::type then(F &&) { std::terminate(); }
  template <class F> result<F, future> then_wrapped(F &&) { std::terminate(); }
  template <class F> future finally(F &&) { std::terminate(); }
  template <class F> future handle_exception(F &&) { std::terminate(); }
  future<> discard_result();
};
template <class T> internal::awaiter<T> operator co_await(future<T>) noexcept;
template <class T = void, class... A> future<T> make_ready_future(A &&...);

template <class T = void> class promise {
public:
  promise();
  promise(promise &&) noexcept;
  future<T> get_future();
  void set_value();
};

template <class F> result<F> futurize_invoke(F &&) { std::terminate(); }
template <class F> future<> repeat(F &&) { std::terminate(); }
template <class Range, class F> future<> parallel_for_each(Range &&, F &&) { std::terminate(); }
template <class Container, class F> future<> do_for_each(Container &, F) { std::terminate(); }
template <class Iterator, class F> future<> do_for_each(Iterator, Iterator, F) { std::terminate(); }
template <class Range, class F> future<> max_concurrent_for_each(Range &&, std::size_t, F &&) { std::terminate(); }
template <class T, class F> result<F, T &> do_with(T &&, F &&) { std::terminate(); }
template <class F, class... A> result<F, A...> async(F &&, A &&...) { std::terminate(); }
future<> sleep(std::chrono::milliseconds);

class thread {
public:
  template <class F> explicit thread(F) { std::terminate(); }
  future<> join();
};

class gate {
public:
  class holder {};
  holder hold();
  future<> close() noexcept;
};
template <class F> result<F> with_gate(gate &, F &&) { std::terminate(); }

struct semaphore_default_exception_factory {};
template <class Exceptions, class Clock> class basic_semaphore {
public:
  explicit basic_semaphore(std::size_t);
  future<> wait(std::size_t = 1);
  void signal(std::size_t = 1);
};
using semaphore = basic_semaphore<semaphore_default_exception_factory, std::chrono::steady_clock>;
template <class Exceptions, class Clock> class semaphore_units {
public:
  semaphore_units(semaphore_units &&) noexcept;
  ~semaphore_units();
};
template <class E, class C> future<semaphore_units<E, C>> get_units(basic_semaphore<E, C> &, std::size_t);

template <class Clock = std::chrono::steady_clock> class timer {
public:
  timer();
  explicit timer(std::function<void()>);
  void set_callback(std::function<void()>);
  void arm(std::chrono::milliseconds);
  bool cancel();
};

template <class T> class deferred_stop {
public:
  explicit deferred_stop(T &);
  ~deferred_stop();
};

template <class T> class lw_shared_ptr {
public:
  lw_shared_ptr(const lw_shared_ptr &);
  lw_shared_ptr(lw_shared_ptr &&) noexcept;
  ~lw_shared_ptr();
  T *operator->() const;
  T &operator*() const;
  explicit operator bool() const;
};
template <class T, class... A> lw_shared_ptr<T> make_lw_shared(A &&...);
template <class Pointer> class foreign_ptr {
public:
  foreign_ptr(Pointer);
  foreign_ptr(foreign_ptr &&) noexcept;
};
template <class T> foreign_ptr<T> make_foreign(T);

unsigned this_shard_id() noexcept;
class smp {
public:
  static unsigned count;
  template <class F> static result<F> submit_to(unsigned, F &&) { std::terminate(); }
  template <class F> static future<> invoke_on_all(F &&) { std::terminate(); }
};
template <class Service> class sharded {
public:
  Service &local() noexcept;
  template <class F> result<F, Service &> invoke_on(unsigned, F &&) { std::terminate(); }
  template <class F> future<> invoke_on_all(F &&) { std::terminate(); }
};

namespace alien {
class instance {};
template <class F> void run_on(instance &, unsigned, F) { std::terminate(); }
} // namespace alien

namespace coroutine {
template <class... F> class [[nodiscard]] all {
public:
  explicit all(F &&...) { std::terminate(); }
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
class [[nodiscard]] maybe_yield {
public:
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
} // namespace coroutine

} // namespace seastar

namespace ss = seastar;

namespace ssx {
template <class F> void spawn_with_gate(seastar::gate &, F &&) { std::terminate(); }
} // namespace ssx
