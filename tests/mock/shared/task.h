// Coroutine types of no library, known by their structure alone. Declarations: nothing here ever runs.
#pragma once
#include <coroutine>

namespace mock {

/// Neither lazy nor eager as far as anybody can see: an awaiter of the library's own.
struct scheduled_start {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() noexcept;
};

struct promise_base {
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
struct lazy : promise_base {
  std::suspend_always initial_suspend() noexcept;
};
struct eager : promise_base {
  std::suspend_never initial_suspend() noexcept;
};
struct scheduled : promise_base {
  scheduled_start initial_suspend() noexcept;
};

template <class Task, class T> struct returns {
  Task get_return_object();
  void return_value(T);
};
template <class Task> struct returns<Task, void> {
  Task get_return_object();
  void return_void();
};

/// The promise of a coroutine, from how it starts (lazy, eager) and what its function returns.
template <class Start, class Task, class T> struct promise_of : Start, returns<Task, T> {};

/// A promise that is asked about everything that is awaited, and changes nothing.
struct passes_on {
  template <class Awaitable> Awaitable &&await_transform(Awaitable &&awaitable) {
    return static_cast<Awaitable &&>(awaitable);
  }
};

/// What the operator co_await of a library's type gives.
template <class T> struct awaiter_of {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

/// What every task has: it owns a frame, can be moved, and is awaited itself.
template <class T> struct task_base {
  task_base();
  task_base(task_base &&) noexcept;
  task_base &operator=(task_base &&) noexcept;
  ~task_base();
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
  explicit operator bool() const;
};

/// Lazy: the body runs when it is awaited.
template <class T = void> struct lazy_task : task_base<T> {
  struct promise_type : lazy, returns<lazy_task, T> {};
  void start(); // a member that gives nothing back
};

/// The same, with [[nodiscard]], as most libraries have it.
template <class T = void> struct [[nodiscard]] nodiscard_task : task_base<T> {
  struct promise_type : lazy, returns<nodiscard_task, T> {};
};

/// Eager: the body runs inside the call.
template <class T = void> struct eager_task : task_base<T> {
  struct promise_type : eager, returns<eager_task, T> {};
};

/// Eager, but losing it loses an error that must be seen.
template <class T = void> struct [[clang::annotate("coroguard::must_await")]] checked_task : task_base<T> {
  struct promise_type : eager, returns<checked_task, T> {};
};

/// Lazy by its promise; its destructor starts it and lets it go.
template <class T = void> struct [[clang::annotate("coroguard::fire_and_forget")]] detached_task : task_base<T> {
  struct promise_type : lazy, returns<detached_task, T> {};
};

template <class T = void> struct scheduled_task : task_base<T> {
  struct promise_type : scheduled, returns<scheduled_task, T> {};
};

/// Awaited through a member operator co_await.
struct with_member_operator {
  scheduled_start operator co_await() &&;
};

/// Awaited through a free operator co_await.
struct with_free_operator {};
scheduled_start operator co_await(with_free_operator);

/// An operation that begins when it is awaited.
struct awaiter {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  int await_resume();
};
awaiter sleep_for(int milliseconds);

/// Pulled by its user, never awaited.
template <class T> struct generator {
  struct promise_type : lazy {
    generator get_return_object();
    std::suspend_always yield_value(T);
    void return_void();
  };
  generator(generator &&) noexcept;
  ~generator();
  const T *begin();
  const T *end();
};

} // namespace mock
