// libunifex' names and shapes as far as cases need them.
#pragma once
#include <coroutine>
#include <optional>
#include <task.h>

namespace unifex {
template <class T> using awaiter = mock::awaiter_of<T>;
template <class Task, class T> struct value_promise : mock::promise_of<mock::lazy, Task, T>, mock::passes_on {};

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
