// concurrencpp's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <memory>
#include <task.h>
#include <utility>

namespace concurrencpp {

enum class result_status { idle, value, exception };
template <class T> class result;
template <class T> class lazy_result;

namespace details {
template <class T> using awaiter = mock::awaiter_of<T>;
template <class Executor> class resume_on_awaitable : public std::suspend_always {
public:
  explicit resume_on_awaitable(Executor &);
};
} // namespace details

template <class T> class result {
public:
  using promise_type = mock::promise_of<mock::eager, result, T>;
  result(result &&) noexcept;
  ~result() noexcept;
  result_status status() const;
  void wait() const;
  template <class R, class P> result_status wait_for(std::chrono::duration<R, P>) const { throw 0; }
  T get();
  details::awaiter<T> operator co_await();
};

template <class T> class lazy_result {
public:
  using promise_type = mock::promise_of<mock::lazy, lazy_result, T>;
  lazy_result(lazy_result &&) noexcept;
  ~lazy_result() noexcept;
  details::awaiter<T> operator co_await();
  result<T> run();
};

struct null_result {
  using promise_type = mock::promise_of<mock::eager, null_result, void>;
};

class executor {
public:
  virtual ~executor() noexcept;
  template <class F> void post(F &&) {}
  template <class F> auto submit(F &&) -> result<decltype(std::declval<F>()())> { throw 0; }
};
template <class Concrete> class derivable_executor : public executor {
public:
  template <class F> void post(F &&) {}
  template <class F> auto submit(F &&) -> result<decltype(std::declval<F>()())> { throw 0; }
};
class thread_pool_executor final : public derivable_executor<thread_pool_executor> {};
class thread_executor final : public derivable_executor<thread_executor> {};
struct executor_tag {};
class manual_executor final : public derivable_executor<manual_executor> {
public:
  std::size_t loop(std::size_t);
};

template <class Executor> details::resume_on_awaitable<Executor> resume_on(std::shared_ptr<Executor> executor) {
  return details::resume_on_awaitable<Executor>(*executor);
}

class scoped_async_lock {
public:
  scoped_async_lock(scoped_async_lock &&) noexcept;
  ~scoped_async_lock() noexcept;
};
class async_lock {
public:
  lazy_result<scoped_async_lock> lock(std::shared_ptr<executor>);
  void unlock();
};

class runtime {
public:
  std::shared_ptr<concurrencpp::thread_pool_executor> thread_pool_executor() const noexcept;
  std::shared_ptr<concurrencpp::thread_pool_executor> background_executor() const noexcept;
};

} // namespace concurrencpp
