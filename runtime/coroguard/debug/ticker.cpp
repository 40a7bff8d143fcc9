#include "coroguard/debug/ticker.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/debug/executor_starvation.hpp"

namespace coroguard::ticker {

namespace {

using std::chrono::nanoseconds;

class ticking_thread {
public:
  // Of this process: a child of fork has no threads but its own. Never destroyed: its thread runs until the process ends.
  static ticking_thread& only() {
    static auto* const mutex = new fork_safe_mutex;
    const std::scoped_lock lock(*mutex);
    if (!exists()) {
      one_ = new ticking_thread;
      owner_ = ::getpid();
    }
    return *one_;
  }
  // False in a child of fork, which has the parent's object: it is not to be touched.
  static bool exists() noexcept { return owner_.load() == ::getpid(); }

  void add(tick_target& target) {
    const std::scoped_lock lock(mutex_);
    targets_.push_back(&target);
    changes_.notify_one();
  }
  void remove(tick_target& target) noexcept {
    const std::scoped_lock lock(mutex_);
    std::erase(targets_, &target);
  }
  void wake() noexcept {
    const std::scoped_lock lock(mutex_);
    changes_.notify_one();
  }

private:
  ticking_thread() { std::thread(&ticking_thread::run, this).detach(); }

  void run() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    ::pthread_setname_np(::pthread_self(), "coroguard-tick");
    executor_starvation executors;
    std::unique_lock lock(mutex_);
    for (;;) {
      if (targets_.empty()) {
        executors.forget();
        changes_.wait(lock, [&] { return !targets_.empty(); });
      }
      const nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
      for (tick_target* one : targets_) one->tick(now);
      lock.unlock();  // what it reports to may do anything
      executors.look(now);
      lock.lock();
      const auto least = std::chrono::duration_cast<nanoseconds>(executor_starvation_limit() / 4);
      changes_.wait_for(lock, std::clamp<nanoseconds>(least, std::chrono::milliseconds(5), std::chrono::milliseconds(250)));
    }
  }

  static inline ticking_thread* one_ = nullptr;
  static inline std::atomic<pid_t> owner_{0};

  std::mutex mutex_;
  std::condition_variable changes_;
  std::vector<tick_target*> targets_;
};

}  // namespace

void add(tick_target& target) { ticking_thread::only().add(target); }
void remove(tick_target& target) noexcept {
  if (ticking_thread::exists()) ticking_thread::only().remove(target);
}
void wake() noexcept {
  if (ticking_thread::exists()) ticking_thread::only().wake();
}

}  // namespace coroguard::ticker
