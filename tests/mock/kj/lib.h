// KJ's names and shapes as far as cases need them, and a Cap'n Proto request.
#pragma once
#include <coroutine>
#include <exception>
#include <utility>

namespace kj {

class WaitScope {};
class Exception {};
template <class T> class Promise;
template <class T> struct unwrapped { using type = Promise<T>; };
template <class T> struct unwrapped<Promise<T>> { using type = Promise<T>; };
template <class T> struct coroutine_base {
  Promise<T> get_return_object() noexcept;
  std::suspend_never initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception() noexcept;
};
template <class T> struct coroutine : coroutine_base<T> { void return_value(T); };
template <> struct coroutine<void> : coroutine_base<void> { void return_void(); };

template <class T> class [[nodiscard]] Promise {
public:
  using promise_type = coroutine<T>;
  Promise(Promise &&) noexcept;
  ~Promise();
  Promise &operator=(Promise &&) noexcept;
  template <class F> Promise<void> then(F &&) { std::terminate(); }
  template <class F> void detach(F &&) { std::terminate(); }
  template <class F> Promise<T> eagerlyEvaluate(F &&) { std::terminate(); }
  T wait(WaitScope &);
};
template <class T> struct awaiter_of {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class T> awaiter_of<T> operator co_await(Promise<T> &&);
template <class T> awaiter_of<T> operator co_await(Promise<T> &);

class TaskSet {
public:
  void add(Promise<void> &&);
};

class Executor {
public:
  template <class F> Promise<void> executeAsync(F &&) const { std::terminate(); }
  template <class F> void executeSync(F &&) const { std::terminate(); }
};

class Thread {
public:
  template <class F> explicit Thread(F) { std::terminate(); }
  ~Thread();
};

template <class T> class Locked {
public:
  Locked(Locked &&) noexcept;
  ~Locked();
  T *operator->();
};
template <class T> class MutexGuarded {
public:
  Locked<T> lockExclusive() const;
};
template <class F> Promise<int> startFiber(unsigned long, F &&) { std::terminate(); }

} // namespace kj

namespace capnp {
template <class T> class [[nodiscard]] RemotePromise : public kj::Promise<T> {
public:
  RemotePromise(RemotePromise &&) noexcept;
};
template <class T> struct Request {
  RemotePromise<T> send();
};
} // namespace capnp
