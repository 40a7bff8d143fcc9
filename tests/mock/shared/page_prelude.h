// What the code in rule pages takes for granted: a task type, records, and the libraries that the pages name.
#pragma once
#include <atomic>
#include <boost/asio.hpp>
#include <chrono>
#include <coroguard/annotations.h>
#include <coroutine>
#include <exception>
#include <fcntl.h>
#include <functional>
#include <future>
#include <string>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>

template <class T = void> struct task;

namespace page_prelude {
struct promise_base {
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class T> struct promise : promise_base {
  task<T> get_return_object();
  void return_value(T);
};
template <> struct promise<void> : promise_base {
  task<void> get_return_object();
  void return_void();
};
} // namespace page_prelude

template <class T> struct task {
  using promise_type = page_prelude::promise<T>;
  task(task &&) noexcept;
  ~task();
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

struct record {};
