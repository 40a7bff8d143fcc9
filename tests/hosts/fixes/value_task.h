#pragma once
#include "task.h"
#include <utility>

// A task with a result, which can be tested as many tasks can, and the guard of a lock that is given by one.
template <class T> struct value_task {
  struct promise_type {
    T value{};
    value_task get_return_object() { return value_task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(T result) { value = std::move(result); }
    void unhandled_exception() { std::terminate(); }
  };
  explicit value_task(std::coroutine_handle<promise_type> coroutine) : coroutine(coroutine) {}
  value_task(value_task &&other) : coroutine(std::exchange(other.coroutine, nullptr)) {}
  ~value_task() {
    if (coroutine) coroutine.destroy();
  }
  explicit operator bool() const { return coroutine != nullptr; }
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter);
  T await_resume();

  std::coroutine_handle<promise_type> coroutine;
};

struct async_lock {
  async_lock() = default;
  async_lock(async_lock &&) noexcept {}
  async_lock &operator=(async_lock &&) noexcept { return *this; }
  ~async_lock() {}
};
struct async_mutex {
  value_task<async_lock> lock();
};
