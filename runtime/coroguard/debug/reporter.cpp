// The thread that finds names for addresses: no loop waits for the tables of symbols to be read.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "coroguard/debug/symbols.hpp"
#include "coroguard/observe/allow_blocking.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

class reporter {
public:
  // Of this process: a child of fork has no threads but its own. Never destroyed: its thread runs until the process ends.
  static reporter& only() {
    static std::mutex mutex;
    static reporter* one = nullptr;
    static pid_t owner = 0;
    const std::scoped_lock lock(mutex);
    if (one == nullptr || owner != ::getpid()) {
      one = new reporter;
      owner = ::getpid();
      [[maybe_unused]] static const int at_exit = std::atexit([] { flush_reports(); });
    }
    return *one;
  }
  static bool exists() noexcept { return exists_.load() == ::getpid(); }

  void put(report found, void (*deliver)(const report&) noexcept) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back({std::move(found), deliver});
    changes_.notify_all();
  }

  void flush() {
    if (std::this_thread::get_id() == thread_) return;
    std::unique_lock lock(mutex_);
    changes_.wait(lock, [&] { return waiting_.empty() && !delivers_; });
  }

private:
  struct item {
    report found;
    void (*deliver)(const report&) noexcept;
  };

  reporter() {
    std::thread thread(&reporter::run, this);
    {
      const std::scoped_lock lock(mutex_);
      thread_ = thread.get_id();
    }
    thread.detach();
    exists_ = ::getpid();
  }

  void run() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    ::pthread_setname_np(::pthread_self(), "coroguard-rep");
    std::vector<native_frame> here(1, native_frame{.address = reinterpret_cast<std::uintptr_t>(&flush_reports)});
    symbolise(here);  // reads the tables of the program before a report waits for them
    std::unique_lock lock(mutex_);
    for (;;) {
      changes_.wait(lock, [&] { return !waiting_.empty(); });
      item next = std::move(waiting_.front());
      waiting_.pop_front();
      delivers_ = true;
      lock.unlock();
      symbolise(next.found.native_stack);
      symbolise(next.found.creation_stack);
      next.deliver(next.found);
      lock.lock();
      delivers_ = false;
      changes_.notify_all();
    }
  }

  static inline std::atomic<pid_t> exists_{0};
  std::mutex mutex_;
  std::condition_variable changes_;
  std::deque<item> waiting_;
  bool delivers_ = false;
  std::thread::id thread_;
};

}  // namespace

void deliver_with_names(report found, void (*deliver)(const report&) noexcept) { reporter::only().put(std::move(found), deliver); }

void flush_reports() noexcept {
  const allow_blocking allowed("the caller asked for it");
  if (reporter::exists()) reporter::only().flush();
}

}  // namespace coroguard
