// libcoro's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <memory>
#include <task.h>

namespace coro {

template <class T = void> class task;
namespace detail {
template <class T> using awaiter = mock::awaiter_of<T>;
template <class Result> struct lock_operation : awaiter<Result> {};
} // namespace detail

template <class T> class [[nodiscard]] task {
public:
  using promise_type = mock::promise_of<mock::lazy, task, T>;
  task(task &&) noexcept;
  ~task();
  bool is_ready() const noexcept;
  std::coroutine_handle<promise_type> handle();
  detail::awaiter<T> operator co_await() const & noexcept;
  detail::awaiter<T> operator co_await() const && noexcept;
};

template <class T> T sync_wait(task<T>) { throw 0; }

class mutex;
class scoped_lock {
public:
  scoped_lock(scoped_lock &&) noexcept;
  ~scoped_lock();
  void unlock();
};
class mutex {
public:
  [[nodiscard]] detail::lock_operation<coro::scoped_lock> scoped_lock();
  [[nodiscard]] detail::lock_operation<void> lock();
  void unlock();
};

class event {
public:
  void set(int policy = 0) noexcept;
  template <class Executor> void set(std::unique_ptr<Executor> &, int policy = 0) noexcept {}
  detail::awaiter<void> operator co_await() const noexcept;
};

class semaphore {
public:
  [[nodiscard]] task<int> acquire();
  [[nodiscard]] task<void> release();
};

template <class T> class queue {
public:
  task<int> push(T);
  task<void> shutdown();
};

class thread_pool {
public:
  static std::unique_ptr<thread_pool> make_unique();
  virtual ~thread_pool();
  class schedule_operation : public detail::awaiter<void> {};
  [[nodiscard]] schedule_operation schedule();
  template <class T> [[nodiscard]] task<T> schedule(task<T>) { throw 0; }
  bool spawn_detached(task<void> &&) noexcept;
  task<void> spawn_joinable(task<void> &&) noexcept;
  bool resume(std::coroutine_handle<>) noexcept;
  void shutdown() noexcept;
};

class scheduler {
public:
  static std::unique_ptr<scheduler> make_unique();
  class schedule_operation : public detail::awaiter<void> {};
  schedule_operation schedule();
  template <class R, class P> [[nodiscard]] task<void> yield_for(std::chrono::duration<R, P>) { throw 0; }
  bool spawn_detached(task<void> &&);
  task<void> spawn_joinable(task<void> &&);
  bool resume(std::coroutine_handle<>);
  std::size_t process_events(std::chrono::milliseconds = {});
};

} // namespace coro
