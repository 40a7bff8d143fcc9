// A program without a library: tasks known by structure, a loop of its own that says with attributes what it means.
#pragma once
#include <chrono>
#include <task.h>

namespace app {

template <class T = void> using task = mock::lazy_task<T>;

struct use_awaitable_t {};
inline constexpr use_awaitable_t use_awaitable;
struct detached_t {};
inline constexpr detached_t detached;

class loop {
public:
  class executor {};
  executor get_executor();
  void stop();
};

class pool {
public:
  explicit pool(int threads = 4);
  ~pool();
};

class [[clang::annotate("coroguard::loop_bound", "a timer belongs to its loop's thread")]] timer {
public:
  explicit timer(loop &);
  timer(timer &&);
  [[clang::annotate("coroguard::any_thread")]] loop::executor get_executor();
  unsigned cancel();
  unsigned expires_after(std::chrono::milliseconds);
  task<> async_wait(use_awaitable_t);
  template <class F> void async_wait(F handler) {}
};

template <class F> [[clang::annotate("coroguard::sink")]] void post(loop &, F) {}
template <class F> [[clang::annotate("coroguard::sink")]] void post(loop::executor, F) {}
template <class F> [[clang::annotate("coroguard::offload")]] void post(pool &, F) {}
template <class T> [[clang::annotate("coroguard::sink")]] void co_spawn(loop &, task<T>, detached_t);
template <class T> [[clang::annotate("coroguard::offload")]] void co_spawn(pool &, task<T>, detached_t);

[[clang::annotate("coroguard::resumes_on_pool")]] mock::awaiter resume_on(pool &);
[[clang::annotate("coroguard::resumes_on_loop")]] mock::awaiter resume_on(loop &);

} // namespace app

using namespace app;
