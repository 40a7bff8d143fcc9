// drogon's and trantor's names and shapes as far as cases need them.
#pragma once
#include <coroutine>
#include <exception>
#include <functional>
#include <utility>

namespace trantor {
class EventLoop {
public:
  void queueInLoop(std::function<void()>);
  void runInLoop(std::function<void()>);
  unsigned long runAfter(double, std::function<void()>);
  void loop();
  void quit();
  void updateChannel(int *);
};
class TaskQueue {
public:
  virtual ~TaskQueue();
  virtual void runTaskInQueue(const std::function<void()> &) = 0;
};
class ConcurrentTaskQueue : public TaskQueue {
public:
  void runTaskInQueue(const std::function<void()> &) override;
};
} // namespace trantor

namespace drogon {

template <class T> struct task_promise_base {
  T get_return_object() noexcept;
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class Task, class T> struct task_promise : task_promise_base<Task> { void return_value(T); };
template <class Task> struct task_promise<Task, void> : task_promise_base<Task> { void return_void(); };
template <class T = void> struct [[nodiscard]] Task {
  using promise_type = task_promise<Task, T>;
  Task(Task &&) noexcept;
  ~Task();
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

struct AsyncTask {
  struct promise_type {
    AsyncTask get_return_object() noexcept;
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
};

template <class T> struct CallbackAwaiter {
  bool await_ready() noexcept;
  const T &await_resume();
};

namespace internal {
struct HttpRespAwaiter : CallbackAwaiter<int> {
  void await_suspend(std::coroutine_handle<>);
};
struct [[nodiscard]] SwitchThreadAwaiter : CallbackAwaiter<void *> {
  void await_suspend(std::coroutine_handle<>);
};
} // namespace internal

class HttpClient {
public:
  std::pair<int, int> sendRequest(int request, double timeout = 0);
  void sendRequest(int request, const std::function<void(int)> &callback, double timeout = 0);
  internal::HttpRespAwaiter sendRequestCoro(int request);
};
internal::SwitchThreadAwaiter switchThreadCoro(trantor::EventLoop *);
template <class Await> int sync_wait(Await &&) { std::terminate(); }
template <class Coro> void async_run(Coro &&) { std::terminate(); }

namespace orm {
class DbClient {
public:
  int execSqlSync(const char *);
  Task<int> execSqlCoro(const char *);
};
template <class T> class Mapper {
public:
  explicit Mapper(DbClient &);
  T findByPrimaryKey(int);
  void findByPrimaryKey(int, std::function<void(T)>, std::function<void(int)>);
  T *findAll();
  void findAll(std::function<void(T)>, std::function<void(int)>);
};
template <class T> class CoroMapper {
public:
  explicit CoroMapper(DbClient &);
  Task<T> findByPrimaryKey(int);
};
} // namespace orm
} // namespace drogon
