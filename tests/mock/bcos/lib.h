// Names and shapes of FISCO-BCOS' bcos-task as far as cases need them.
#pragma once
#include <coroutine>
#include <exception>
#include <utility>

namespace bcos::task {

template <class Task> struct promise_base {
  Task get_return_object() noexcept;
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class Task, class T> struct promise : promise_base<Task> { void return_value(T); };
template <class Task> struct promise<Task, void> : promise_base<Task> { void return_void(); };
template <class T = void> class [[nodiscard]] Task {
public:
  using promise_type = promise<Task, T>;
  Task(Task &&) noexcept;
  ~Task();
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

constexpr inline struct Wait {
  template <class T> void operator()(Task<T> &&) const { std::terminate(); }
} wait{};
constexpr inline struct SyncWait {
  template <class T> T operator()(Task<T> &&) const { std::terminate(); }
} syncWait{};

} // namespace bcos::task

namespace task = bcos::task;
