// What co_await does inside a coro, for each kind of thing that can be awaited.
#pragma once

#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include "coroguard/future/future.hpp"
#include "coroguard/task/coro.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

// The awaiters below, and no others: they suspend and resume through the task.
struct runtime_awaiter {};

// At the end of a coro: its awaiter goes on.
struct coro_end {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
    coro_promise_base& promise = ended.promise();
    promise.task_->continue_with(promise.awaited_by_);
  }
  void await_resume() const noexcept {}
};

inline auto coro_promise_base::final_suspend() const noexcept { return coro_end{}; }

inline bool task_core::descend(coro_promise_base& inner, const coro_promise_base& outer) noexcept {
  constexpr std::uint8_t deepest = 16;
  leaf_ = &inner;
  if (depth_ == deepest) return true;
  ++depth_;
  inner.self_.resume();
  --depth_;
  return leaf_ != &outer;
}

// co_await of a coro: it runs as a part of the current task. Owns the frame until the result was taken.
template <class T>
class [[nodiscard]] coro_awaiter : public runtime_awaiter {
public:
  explicit coro_awaiter(std::coroutine_handle<coro_promise<T>> awaited) noexcept
      : frame_(awaited), promise_(awaited.promise()) {}
  coro_awaiter(const coro_awaiter&) = delete;
  ~coro_awaiter() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }

  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
    coro_promise_base& outer = awaiting.promise();
    promise_.awaited_by_ = &outer;
    promise_.task_ = outer.task_;
    promise_.owner_ = &frame_;
    return outer.task_->descend(promise_, outer);
  }

  T await_resume() {
    // Parameters are destroyed with the frame, here and not at the end of the full-expression.
    struct scope {
      std::coroutine_handle<>& frame;
      ~scope() { std::exchange(frame, nullptr).destroy(); }
    } const ends{frame_};
    return promise_.take_result();
  }

private:
  std::coroutine_handle<> frame_;
  coro_promise<T>& promise_;
};

// co_await of a future or task.
template <class T>
class [[nodiscard]] future_awaiter : public runtime_awaiter {
public:
  // Throws runtime_error for a handle that was moved from.
  explicit future_awaiter(future<T> awaited) : awaited_(std::move(awaited)) {
    if (!awaited_.valid()) [[unlikely]]
      throw runtime_error("await wasn't used with future");
  }

  bool await_ready() const noexcept { return awaited_.done(); }

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
    task_ = awaiting.promise().task();
    task_->wait_for(awaited_.state());
  }

  T await_resume() {
    if (task_ != nullptr) {
      task_->throw_if_woken_with_error(awaited_.state());
      if (!awaited_.done()) throw runtime_error("await wasn't used with future");
    }
    // Nobody else has it: `co_await gather(...)` need not copy.
    if (awaited_.state().unique()) return awaited_.state().take_result();
    return awaited_.result();
  }

private:
  future<T> awaited_;
  task_core* task_ = nullptr;
};

// co_await yield_once(): goes on in the next turn; what sleep(0) does.
class [[nodiscard]] yield_once : public runtime_awaiter {
public:
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
    task_ = awaiting.promise().task();
    task_->yield();
  }
  void await_resume() { task_->throw_if_woken_with_error(); }

private:
  task_core* task_ = nullptr;
};

template <class T>
coro_awaiter<T> awaiter_of(coro<T>&& awaited) {
  return coro_awaiter<T>(awaited.release());
}
// Awaiting a variable uses it up: the second time throws runtime_error("cannot reuse already awaited coroutine").
template <class T>
coro_awaiter<T> awaiter_of(coro<T>& awaited) {
  return coro_awaiter<T>(awaited.release());
}
template <class T>
future_awaiter<T> awaiter_of(future<T> awaited) {
  return future_awaiter<T>(std::move(awaited));
}
template <class T>
future_awaiter<T> awaiter_of(task<T> awaited) {
  return future_awaiter<T>(std::move(awaited));
}
template <class A>
  requires std::derived_from<std::remove_cvref_t<A>, runtime_awaiter>
A&& awaiter_of(A&& awaiter) noexcept {
  return std::forward<A>(awaiter);
}
// A type of one's own is awaitable when its operator co_await gives something of the above.
template <class A>
  requires requires(A&& awaited) { awaiter_of(std::forward<A>(awaited).operator co_await()); }
decltype(auto) awaiter_of(A&& awaited) {
  return awaiter_of(std::forward<A>(awaited).operator co_await());
}

template <class A>
concept awaitable = requires(A&& awaited) { awaiter_of(std::forward<A>(awaited)); };

// What co_await of an A gives.
template <class A>
using await_result_t = decltype(awaiter_of(std::declval<A>()).await_resume());

template <class A>
decltype(auto) coro_promise_base::await_transform(A&& awaited, std::source_location where) {
  static_assert(awaitable<A>, "a coro can await a coro, a future, a task, or a type whose operator co_await gives one of these");
  suspended_at_ = where;
  return awaiter_of(std::forward<A>(awaited));
}

}  // namespace coroguard
