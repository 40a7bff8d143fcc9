// YACLib's names and shapes as far as cases need them.
#pragma once
#include <coroutine>
#include <exception>
#include <utility>

namespace yaclib {

class IExecutor {
public:
  virtual void Submit(int &) = 0;
};
class FairThreadPool : public IExecutor {
public:
  void Submit(int &) override;
  void Wait();
};

template <class T> class FutureBase {
public:
  bool Ready() const noexcept;
  T Get() &&;
  void Detach() &&;
};
template <class Type, class Initial> struct promise {
  Type get_return_object() noexcept;
  Initial initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  void return_value(int);
};
template <class T, class E = int> class [[nodiscard]] Future : public FutureBase<T> {
public:
  using promise_type = promise<Future, std::suspend_never>;
  Future(Future &&) noexcept;
  ~Future();
};
template <class T, class E = int> class [[nodiscard]] Task {
public:
  using promise_type = promise<Task, std::suspend_always>;
  Task(Task &&) noexcept;
  ~Task();
  T Get() &&;
  void Detach() &&;
};
struct awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
template <class T> awaiter operator co_await(Future<T>);
template <class T> awaiter operator co_await(Task<T>);
awaiter On(IExecutor &);
awaiter On(FairThreadPool &);
template <class T> void Wait(Future<T> &) noexcept { std::terminate(); }
template <class T> awaiter Await(Future<T> &) noexcept { std::terminate(); }
template <class F> Future<int> Run(FairThreadPool &, F &&) { std::terminate(); }

} // namespace yaclib
