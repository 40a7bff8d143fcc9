// Names and shapes of Qt and QCoro as far as cases need them.
#pragma once
#include <coroutine>
#include <exception>
#include <utility>

class QObject {
public:
  virtual ~QObject();
  template <class Sender, class Signal, class F>
  static void connect(const Sender *, Signal, const QObject *, F &&) { std::terminate(); }
};
class QWidget : public QObject {
public:
  void update();
};
class QLabel : public QWidget {
public:
  void setText(const char *);
};
class QTimer : public QObject {
public:
  void start(int);
  void stop();
  void timeout();
  bool isActive() const;
  template <class F> static void singleShot(int, F &&) { std::terminate(); }
};
class QThread : public QObject {
public:
  static void msleep(unsigned long);
  bool wait(unsigned long = 0);
};
class QProcess : public QObject {
public:
  void start(const char *);
  bool waitForFinished(int = 30000);
};
class QSqlQuery {
public:
  bool exec(const char *);
};
template <class T> class QFuture {
public:
  void waitForFinished();
  T result() const;
};
namespace QtConcurrent {
template <class F> QFuture<int> run(F &&) { std::terminate(); }
} // namespace QtConcurrent

namespace QCoro {
namespace detail {
template <class T> struct promise_base {
  T get_return_object() noexcept;
  std::suspend_never initial_suspend() noexcept;
  std::suspend_never final_suspend() noexcept;
  void unhandled_exception();
  void return_void();
};
struct QCoroTimer {
  class WaitForTimeoutOperation {
  public:
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    void await_resume() const noexcept;
  };
  WaitForTimeoutOperation waitForTimeout() const;
};
} // namespace detail
template <class T = void> class Task {
public:
  using promise_type = detail::promise_base<Task>;
  Task(Task &&) noexcept;
  ~Task();
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class T> class LazyTask {
public:
  struct promise_type : detail::promise_base<LazyTask> {
    std::suspend_always initial_suspend() noexcept;
  };
  LazyTask(LazyTask &&) noexcept;
  ~LazyTask();
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
struct ThreadContext {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
ThreadContext moveToThread(QThread *);
template <class T> T waitFor(Task<T> &&) { std::terminate(); }
} // namespace QCoro
QCoro::detail::QCoroTimer qCoro(QTimer *);
