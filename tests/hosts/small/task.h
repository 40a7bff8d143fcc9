#pragma once
#include <coroutine>
#include <exception>

// A lazy task, as every coroutine library has one.
struct task {
  struct promise_type {
    std::coroutine_handle<> waiter = std::noop_coroutine();

    task get_return_object() { return task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct awaiter {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
          return ended.promise().waiter;
        }
        void await_resume() noexcept {}
      };
      return awaiter{};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit task(std::coroutine_handle<promise_type> coroutine) : coroutine(coroutine) {}
  task(task &&other) : coroutine(other.coroutine) { other.coroutine = nullptr; }
  ~task() {
    if (coroutine) coroutine.destroy();
  }

  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
    coroutine.promise().waiter = waiter;
    return coroutine;
  }
  void await_resume() {}

  std::coroutine_handle<promise_type> coroutine;
};
