// Names and shapes of FoundationDB's Flow as far as cases need them: all in the global namespace.
#pragma once
#include <coroutine>
#include <exception>

struct Void {};
struct Uncancellable {};

template <class T> class Future {
public:
  struct promise_type {
    Future get_return_object() noexcept;
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  Future(const Future &);
  ~Future();
  bool isReady() const;
  const T &get() const;
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

template <class T> class ThreadFuture {
public:
  T getBlocking();
};
template <class T> class FutureStream {};
template <class T> class PromiseStream {
public:
  void send(const T &value) const;
  FutureStream<T> getFuture() const;
};
Future<Void> delay(double seconds);
void threadSleep(double seconds);
template <class F> void onMainThreadVoid(F, int = 0) { std::terminate(); }
