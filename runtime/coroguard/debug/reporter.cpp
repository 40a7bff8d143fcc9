// The thread that finds names for addresses: no loop waits for the tables of symbols to be read.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/debug/symbols.hpp"
#include "coroguard/observe/allow_blocking.hpp"
#include "coroguard/observe/report.hpp"

namespace coroguard {

namespace {

class reporter {
public:
  // Of this process: a child of fork has no threads but its own. Never destroyed: its thread runs until the process ends.
  static reporter& only() {
    static auto* const mutex = new fork_safe_mutex;
    static reporter* one = nullptr;
    static pid_t owner = 0;
    const std::scoped_lock lock(*mutex);
    if (one == nullptr || owner != ::getpid()) {
      one = new reporter;
      owner = ::getpid();
      [[maybe_unused]] static const int at_exit = std::atexit([] {
        exits_ = true;
        flush_reports();
      });
    }
    return *one;
  }
  // The process ends, and might do so before the thread gets to anything.
  static bool exits() noexcept { return exits_.load(); }
  static bool exists() noexcept { return exists_.load() == ::getpid(); }

  void put(report found, void (*deliver)(const report&) noexcept) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back({std::move(found), deliver});
    changes_.notify_all();
  }

  bool has(std::string_view rule, const void* loop) {
    const auto is_one = [&](const report& found) { return found.rule == rule && found.loop == loop; };
    const std::scoped_lock lock(mutex_);
    return (delivering_ && is_one(delivering_->found)) ||
           std::ranges::any_of(waiting_, [&](const item& one) { return is_one(one.found); });
  }

  void flush() {
    if (std::this_thread::get_id() == thread_) return;
    std::unique_lock lock(mutex_);
    changes_.wait(lock, [&] { return waiting_.empty() && delivering_ == nullptr; });
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
      delivering_ = &next;
      lock.unlock();
      symbolise(next.found.native_stack);
      symbolise(next.found.creation_stack);
      next.deliver(next.found);
      lock.lock();
      delivering_ = nullptr;
      changes_.notify_all();
    }
  }

  static inline std::atomic<pid_t> exists_{0};
  static inline std::atomic<bool> exits_{false};
  std::mutex mutex_;
  std::condition_variable changes_;
  std::deque<item> waiting_;
  const item* delivering_ = nullptr;  // of what it is to be asked for, the rule and the loop do not change
  std::thread::id thread_;
};

}  // namespace

void deliver_with_names(report found, void (*deliver)(const report&) noexcept) {
  if (!reporter::exits()) {
    reporter::only().put(std::move(found), deliver);
    return;
  }
  symbolise(found.native_stack);
  symbolise(found.creation_stack);
  deliver(found);
}

bool waits_before(const report& found) { return reporter::exists() && reporter::only().has(found.rule, found.loop); }

void flush_reports() noexcept {
  const allow_blocking allowed("the caller asked for it");
  if (reporter::exists() && !delivers_here()) reporter::only().flush();
}

}  // namespace coroguard
