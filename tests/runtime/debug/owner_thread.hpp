// A loop that belongs to another thread, with one of everything whose use debug mode checks.
#pragma once

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <coroguard/loop/virtual_time.hpp>
#include <coroguard/runtime.hpp>
#include <latch>
#include <optional>
#include <string>
#include <thread>

namespace coroguard {

enum class owner_does { made_it, ran_it, runs_it };

inline int this_tid() { return static_cast<int>(::syscall(SYS_gettid)); }

// A thread with a name, for as long as `function` runs in it.
template <class F>
void run_in_thread(const char* name, F function) {
  std::thread([&] {
    ::pthread_setname_np(::pthread_self(), name);
    function();
  }).join();
}

// What the operations are called on. Everything is pending.
struct subjects {
  explicit subjects(event_loop& of)
      : loop(of),
        pending(of.create_future<int>()),
        watched(of.create_future<int>()),
        waiting(of.create_task(waits())),
        soon(of.call_later(std::chrono::hours(1000), [] {})),
        timer(of.call_later(std::chrono::hours(1000), [] {})) {
    watched.add_done_callback(nothing);
  }

  static void nothing(const future<int>&) {}

  coro<void> waits() {
    co_await with(timeout(seconds(1e6)), [this](timeout& entered) -> coro<void> {
      limit = &entered;
      co_await with(task_group(), [this](task_group& entered_group) -> coro<void> {
        group = &entered_group;
        co_await pending;
      });
    });
    limit = nullptr;
    group = nullptr;
  }

  event_loop& loop;
  future<int> pending;
  future<int> watched;
  task<void> waiting;
  handle soon;
  timer_handle timer;
  // Of the task `waiting`, once it has begun.
  timeout* limit = nullptr;
  task_group* group = nullptr;
};

// Makes the loop in a thread "owner", and lives until that thread has closed it.
class owner_thread {
public:
  explicit owner_thread(owner_does what, bool debug = true)
      : thread_([this, what, debug] {
          ::pthread_setname_np(::pthread_self(), "owner");
          tid_ = this_tid();
          live(what, debug);
        }) {
    ready_.wait();
  }
  ~owner_thread() {
    release();
    if (thread_.joinable()) thread_.join();
  }
  owner_thread(const owner_thread&) = delete;

  // Ends the part of the thread in which it does nothing.
  void release() {
    if (!std::exchange(released_, true)) released_latch_.count_down();
  }
  subjects& has() { return *subjects_; }
  int tid() const { return tid_; }

private:
  void live(owner_does what, bool debug) {
    event_loop loop(virtual_time());
    loop.set_slow_callback_duration(std::chrono::hours(1));
    loop.set_debug(debug);
    subjects_.emplace(loop);
    const auto idle = [this] {
      ready_.count_down();
      released_latch_.wait();
    };
    if (what == owner_does::made_it) idle();
    turn(loop);
    if (what == owner_does::runs_it) loop.call_soon(idle);
    turn(loop);
    if (what == owner_does::ran_it) idle();
    subjects_->pending.cancel();
    subjects_->watched.cancel();
    for (int i = 0; i < 5; ++i) turn(loop);
    subjects_.reset();
    loop.close();
  }
  static void turn(event_loop& loop) {
    loop.stop();
    loop.run_forever();
  }

  std::latch ready_{1};
  std::latch released_latch_{1};
  bool released_ = false;
  int tid_ = 0;
  std::optional<subjects> subjects_;
  std::thread thread_;
};

}  // namespace coroguard
