// libunifex' names and shapes as far as cases need them.
#pragma once
#include <coroutine>
#include <optional>

namespace unifex {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

struct promise_base {
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception() noexcept;
  template <class Awaitable> Awaitable &&await_transform(Awaitable &&awaitable) {
    return static_cast<Awaitable &&>(awaitable);
  }
};
template <class Task, class T> struct value_promise : promise_base {
  Task get_return_object() noexcept;
  void return_value(T);
};
template <class Task> struct value_promise<Task, void> : promise_base {
  Task get_return_object() noexcept;
  void return_void() noexcept;
};

namespace _task {
template <class T, bool nothrow> struct _task {
  struct [[nodiscard]] type {
    using promise_type = value_promise<type, T>;
    type(type &&) noexcept;
    ~type();
    awaiter<T> operator co_await() &&;
  };
};
} // namespace _task
template <class T> using task = typename _task::_task<T, false>::type;

namespace _sync_wait_cpo {
struct _fn {
  template <class Sender> std::optional<int> operator()(Sender &&) const { return {}; }
};
} // namespace _sync_wait_cpo
inline constexpr _sync_wait_cpo::_fn sync_wait{};

namespace _schedule {
struct _fn {
  template <class Scheduler> awaiter<void> operator()(Scheduler &&) const { return {}; }
};
} // namespace _schedule
inline constexpr _schedule::_fn schedule{};

namespace _static_thread_pool {
class context {
public:
  class scheduler {};
  scheduler get_scheduler() noexcept;
};
} // namespace _static_thread_pool
using static_thread_pool = _static_thread_pool::context;

namespace _manual_event_loop {
class context {
public:
  class scheduler {};
  scheduler get_scheduler() noexcept;
  void run();
};
} // namespace _manual_event_loop
using manual_event_loop = _manual_event_loop::context;
} // namespace unifex
