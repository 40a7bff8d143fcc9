// TooManyCooks' names and shapes as far as cases need them.
#pragma once
#include <coroutine>
#include <exception>
#include <utility>

namespace tmc {

template <class Task, class T> struct promise {
  Task get_return_object() noexcept;
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  void return_void();
};
template <class T> struct [[nodiscard("memory leak")]] task {
  using promise_type = promise<task, T>;
  task(task &&) noexcept;
  ~task();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
struct awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
template <class T> class [[nodiscard]] aw_spawn_fork_impl : public awaiter {};
template <class T> class [[nodiscard]] aw_spawn : public awaiter {
public:
  [[nodiscard]] aw_spawn_fork_impl<T> fork() &&;
  void detach() &&;
};
template <class T> aw_spawn<T> spawn(task<T>);

class ex_cpu {};
class [[nodiscard]] aw_resume_on : public awaiter {};
aw_resume_on resume_on(ex_cpu &);
template <class Work> void post(ex_cpu &, Work &&, std::size_t = 0) { std::terminate(); }

class [[nodiscard]] mutex_scope {
public:
  ~mutex_scope();
};
class [[nodiscard]] aw_mutex_lock_scope {
public:
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  mutex_scope await_resume();
};
class [[nodiscard]] aw_mutex_co_unlock : public awaiter {};
class mutex {
public:
  aw_mutex_lock_scope lock_scope();
  aw_mutex_co_unlock co_unlock();
  void unlock();
};
} // namespace tmc
