// async_simple's names and shapes as far as cases need them.
#pragma once
#include <coroutine>
#include <functional>
#include <mutex>
#include <task.h>

namespace async_simple {

class Executor {
public:
  virtual ~Executor();
  virtual bool schedule(std::function<void()>) = 0;
};

template <class T> class Future {
public:
  Future(Future &&);
  bool hasResult() const;
  T get() &&;
  void wait();
};

namespace coro {
template <class T = void> class Lazy;
template <class T = void> class RescheduleLazy;

namespace detail {
template <class T> using awaiter = mock::awaiter_of<T>;
} // namespace detail

template <class T> class [[nodiscard]] Lazy {
public:
  using promise_type = mock::promise_of<mock::lazy, Lazy, T>;
  Lazy(Lazy &&) noexcept;
  ~Lazy();
  template <class F> void start(F &&) {}
  RescheduleLazy<T> via(Executor *) &&;
  detail::awaiter<T> operator co_await();
};
template <class T> class [[nodiscard]] RescheduleLazy {
public:
  RescheduleLazy(RescheduleLazy &&) noexcept;
  ~RescheduleLazy();
  void detach();
  template <class F> void start(F &&) {}
  detail::awaiter<T> operator co_await();
};

template <class T> T syncAwait(Lazy<T> &&) { throw 0; }

class Mutex {
public:
  class LockAwaiter : public detail::awaiter<void> {};
  class ScopedLockAwaiter : public detail::awaiter<std::unique_lock<Mutex>> {};
  [[nodiscard]] ScopedLockAwaiter coScopedLock() noexcept;
  [[nodiscard]] LockAwaiter coLock() noexcept;
  void lock();
  void unlock() noexcept;
};

class SharedMutex {
public:
  Lazy<> coLock() noexcept;
  Lazy<> unlock() noexcept;
};

} // namespace coro
} // namespace async_simple
