// folly's names and shapes as far as cases need them.
#pragma once
#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <utility>

namespace folly {

class Executor {
public:
  virtual ~Executor();
  virtual void add(std::function<void()>) = 0;
  template <class E = Executor> class KeepAlive {
  public:
    KeepAlive(E *);
  };
};
class EventBase : public Executor {
public:
  void add(std::function<void()>) override;
  bool runInEventBaseThread(std::function<void()>);
  bool runInEventBaseThreadAndWait(std::function<void()>);
  void runInLoop(std::function<void()>);
  bool isInEventBaseThread() const;
  void terminateLoopSoon();
  bool loopForever();
};
class CPUThreadPoolExecutor : public Executor {
public:
  explicit CPUThreadPoolExecutor(std::size_t);
  void add(std::function<void()>) override;
};
class AsyncSocket {
public:
  void setNoDelay(bool);
  void closeNow();
  EventBase *getEventBase() const;
};

namespace futures::detail {
template <class T> class FutureBase {
public:
  bool isReady() const;
  bool hasValue() const;
};
} // namespace futures::detail
template <class T> struct awaiter_of {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class T> class SemiFuture : public futures::detail::FutureBase<T> {
public:
  SemiFuture(SemiFuture &&) noexcept;
  ~SemiFuture();
  T get() &&;
  SemiFuture &wait() &;
};
template <class T> class Future : public futures::detail::FutureBase<T> {
public:
  Future(Future &&) noexcept;
  ~Future();
  T get() &&;
  template <class F> Future<int> thenValue(F &&) && { std::terminate(); }
};
template <class T> awaiter_of<T> operator co_await(SemiFuture<T>);
template <class T> awaiter_of<T> operator co_await(Future<T>);
template <class F> Future<int> via(Executor *, F &&) { std::terminate(); }

class Baton {
public:
  void post() noexcept;
  void wait() noexcept;
  bool ready() const noexcept;
};

template <class T, class Policy> class LockedPtr {
public:
  LockedPtr(LockedPtr &&) noexcept;
  ~LockedPtr();
  T *operator->() const;
};
template <class T> class Synchronized {
public:
  LockedPtr<T, int> wlock();
};

namespace coro {
template <class T> class Task;
template <class T> class [[nodiscard]] TaskWithExecutor : public awaiter_of<T> {
public:
  TaskWithExecutor(TaskWithExecutor &&) noexcept;
  ~TaskWithExecutor();
  SemiFuture<T> start() &&;
};
template <class T> struct task_promise_base {
  Task<T> get_return_object() noexcept;
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception() noexcept;
};
template <class T> struct task_promise : task_promise_base<T> { void return_value(T); };
template <> struct task_promise<void> : task_promise_base<void> { void return_void(); };
template <class T = void> class [[nodiscard]] Task : public awaiter_of<T> {
public:
  using promise_type = task_promise<T>;
  Task(Task &&) noexcept;
  ~Task();
  SemiFuture<T> semi() &&;
};
template <class T> TaskWithExecutor<T> co_withExecutor(Executor::KeepAlive<>, Task<T>);
template <class T> TaskWithExecutor<T> co_withExecutor(CPUThreadPoolExecutor *, Task<T>);

struct blocking_wait_fn {
  template <class T> T operator()(Task<T> &&) const { std::terminate(); }
};
inline constexpr blocking_wait_fn blockingWait;

class Mutex {
public:
  struct lock_guard_like;
  Task<lock_guard_like> co_scoped_lock();
  Task<void> co_lock();
};
class Baton : public awaiter_of<void> {
public:
  void post() noexcept;
};
} // namespace coro
} // namespace folly
