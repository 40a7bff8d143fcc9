// cppcoro's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <task.h>

namespace cppcoro {

template <class T = void> class task;
namespace detail {
template <class Task, class T> using promise = mock::promise_of<mock::lazy, Task, T>;
template <class T> using awaiter = mock::awaiter_of<T>;
} // namespace detail

template <class T> class [[nodiscard]] task {
public:
  using promise_type = detail::promise<task, T>;
  task(task &&) noexcept;
  ~task();
  bool is_ready() const noexcept;
  detail::awaiter<T> operator co_await() const & noexcept;
  detail::awaiter<T> operator co_await() const && noexcept;
};

template <class T = void> class [[nodiscard]] shared_task {
public:
  using promise_type = detail::promise<shared_task, T>;
  shared_task(const shared_task &) noexcept;
  ~shared_task();
  bool is_ready() const noexcept;
  detail::awaiter<T> operator co_await() const noexcept;
};

template <class T> T sync_wait(task<T>) { throw 0; }

class async_mutex;
class async_mutex_lock {
public:
  async_mutex_lock(async_mutex_lock &&) noexcept;
  ~async_mutex_lock();
};
class async_mutex_lock_operation {
public:
  bool await_ready() const noexcept;
  bool await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() const noexcept;
};
class async_mutex_scoped_lock_operation : public async_mutex_lock_operation {
public:
  [[nodiscard]] async_mutex_lock await_resume() const noexcept;
};
class async_mutex {
public:
  bool try_lock() noexcept;
  async_mutex_lock_operation lock_async() noexcept;
  async_mutex_scoped_lock_operation scoped_lock_async() noexcept;
  void unlock();
};

class async_manual_reset_event {
public:
  void set() noexcept;
  detail::awaiter<void> operator co_await() const noexcept;
};

class static_thread_pool {
public:
  explicit static_thread_pool(std::uint32_t threads = 4);
  ~static_thread_pool();
  class schedule_operation : public detail::awaiter<void> {};
  [[nodiscard]] schedule_operation schedule() noexcept;
};

class io_service {
public:
  class schedule_operation : public detail::awaiter<void> {};
  class timed_schedule_operation : public detail::awaiter<void> {};
  [[nodiscard]] schedule_operation schedule() noexcept;
  template <class R, class P>
  [[nodiscard]] timed_schedule_operation schedule_after(const std::chrono::duration<R, P> &) noexcept {
    return {};
  }
  std::uint64_t process_events();
  void stop() noexcept;
};

template <class Scheduler, class T> task<T> schedule_on(Scheduler &, task<T>) { throw 0; }
template <class Scheduler, class T> task<T> resume_on(Scheduler &, task<T>) { throw 0; }

} // namespace cppcoro
