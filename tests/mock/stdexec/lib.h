// The names and shapes of stdexec and its extensions as far as cases need them.
#pragma once
#include <coroutine>
#include <task.h>

namespace stdexec {
template <class T> using awaiter = mock::awaiter_of<T>;
template <class Task, class T> struct value_promise : mock::promise_of<mock::lazy, Task, T>, mock::passes_on {};

template <class T> class [[nodiscard]] task {
public:
  using promise_type = value_promise<task, T>;
  task(task &&) noexcept;
  ~task();
  awaiter<T> operator co_await() &&;
};

struct sync_wait_t {
  template <class Sender> int operator()(Sender &&) const { return 0; }
};
inline constexpr sync_wait_t sync_wait{};

class run_loop {
public:
  void run() noexcept;
  void finish() noexcept;
};
} // namespace stdexec

namespace experimental::execution {
namespace __task {
template <class T, class Context = int> class [[nodiscard]] basic_task {
public:
  using promise_type = stdexec::value_promise<basic_task, T>;
  basic_task(basic_task &&) noexcept;
  ~basic_task();
  stdexec::awaiter<T> operator co_await() &&;
};
struct __reschedule_coroutine_on_t {
  template <class Scheduler> stdexec::awaiter<void> operator()(Scheduler) const { return {}; }
};
} // namespace __task
template <class T> using task = __task::basic_task<T>;
inline constexpr __task::__reschedule_coroutine_on_t reschedule_coroutine_on{};

namespace _pool_ {
class _static_thread_pool {
public:
  struct scheduler {};
  scheduler get_scheduler() noexcept;
};
} // namespace _pool_
struct static_thread_pool : _pool_::_static_thread_pool {};
} // namespace experimental::execution
namespace exec = experimental::execution;
