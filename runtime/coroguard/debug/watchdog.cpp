#include "coroguard/debug/watchdog.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

using std::chrono::nanoseconds;

namespace {

constinit thread_local watched_loop* watched_here = nullptr;

nanoseconds monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

std::string in_seconds(nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds(time).count());
  return text;
}

}  // namespace

class watchdog {
public:
  // Of this process: a child of fork gets one of its own when it needs one. Never destroyed: its thread runs until the process
  // ends.
  static watchdog& only() {
    static std::mutex mutex;
    static watchdog* one = nullptr;
    static pid_t owner = 0;
    const std::scoped_lock lock(mutex);
    if (one == nullptr || owner != ::getpid()) {
      one = new watchdog;
      owner = ::getpid();
    }
    return *one;
  }

  void watch(watched_loop& loop) {
    const std::scoped_lock lock(mutex_);
    loops_.push_back(&loop);
    wakes_.notify_one();
  }

  void unwatch(watched_loop& loop) noexcept {
    const std::scoped_lock lock(mutex_);
    std::erase(loops_, &loop);
  }

  std::string classification(const watched_loop& loop) {
    const std::scoped_lock lock(mutex_);
    if (loop.seen_ != loop.sequence_.load(std::memory_order_relaxed) || !loop.baseline_.known) return "";
    const pause_kind kind = classify(loop.baseline_, usage_now(loop.thread_));
    return describe(kind, kind == pause_kind::blocked ? loop.blocked_call_ : std::string());
  }

  std::optional<running_callback> running(const event_loop& of) {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find_if(loops_, [&](const watched_loop* one) { return &one->loop_ == &of; });
    if (found == loops_.end()) return std::nullopt;
    watched_loop& loop = **found;
    const std::uint64_t sequence = loop.sequence_.load(std::memory_order_acquire);
    if (sequence % 2 == 0) return std::nullopt;
    running_callback now{.thread = loop.thread_};
    if (loop.seen_ == sequence) now.lasts = monotonic_now() - loop.since_;
    if (capture(loop, sequence)) {
      now.what = loop.captured_.what.text();
      now.awaits.assign(loop.captured_.awaits.begin(), loop.captured_.awaits.begin() + static_cast<std::ptrdiff_t>(loop.captured_.awaits_count));
    }
    return now;
  }

private:
  watchdog() : signal_(install_handler()) {
    current_call_stack();
    std::thread(&watchdog::run, this).detach();
  }

  static int install_handler() {
    static const int installed = [] {
      for (int signal = SIGRTMIN + 3; signal < SIGRTMAX; ++signal) {
        struct sigaction before {};
        if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
        struct sigaction action {};
        action.sa_sigaction = [](int number, siginfo_t* information, void* context) {
          watched_loop::take_capture(number, information, context);
        };
        action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
        if (::sigaction(signal, &action, nullptr) == 0) return signal;
      }
      throw std::runtime_error("debug mode finds no free real-time signal");
    }();
    return installed;
  }

  void run() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    ::pthread_setname_np(::pthread_self(), "coroguard");
    std::unique_lock lock(mutex_);
    for (;;) {
      if (loops_.empty()) {
        last_tick_ = nanoseconds(0);
        wakes_.wait(lock);
      }
      const nanoseconds pause = look(lock);
      note_gap(pause);
      wakes_.wait_for(lock, pause);
    }
  }

  // Looks at each loop once, and says when to look again.
  nanoseconds look(std::unique_lock<std::mutex>& lock) {
    nanoseconds pause = std::chrono::milliseconds(25);
    std::vector<std::pair<watched_loop*, std::uint64_t>> late;
    for (watched_loop* loop : loops_) {
      const nanoseconds limit(loop->limit_.load(std::memory_order_relaxed));
      pause = std::min(pause, std::max<nanoseconds>(limit / 8, std::chrono::milliseconds(1)));
      const std::uint64_t sequence = loop->sequence_.load(std::memory_order_acquire);
      if (sequence % 2 == 0) continue;
      const nanoseconds now = monotonic_now();
      if (loop->seen_ != sequence) {
        loop->seen_ = sequence;
        loop->since_ = now;
        loop->baseline_ = usage_now(loop->thread_);
        loop->blocked_call_.clear();
        loop->next_report_ = limit;
        continue;
      }
      if (std::string call = blocked_call_of(loop->thread_); !call.empty()) loop->blocked_call_ = std::move(call);
      if (now - loop->since_ >= loop->next_report_) late.emplace_back(loop, sequence);
    }
    for (const auto& [loop, sequence] : late)
      if (std::ranges::find(loops_, loop) != loops_.end()) report_stall(*loop, sequence, lock);
    return pause;
  }

  // Gives up the lock while it reports: the sink may do anything.
  void report_stall(watched_loop& loop, std::uint64_t sequence, std::unique_lock<std::mutex>& lock) {
    const nanoseconds lasts = monotonic_now() - loop.since_;
    while (loop.next_report_ <= lasts) loop.next_report_ = std::max(loop.next_report_ * 2, nanoseconds(1));
    const std::optional<int> suppressed = loop.reports_.allow(monotonic_now());
    if (!suppressed) return;
    const bool captured = capture(loop, sequence);
    if (loop.sequence_.load(std::memory_order_acquire) != sequence && !captured) return;  // it has ended: that is reported then
    report found{.rule = "slow-callback"};
    found.loop = &loop.loop_;
    found.duration = lasts;
    const pause_kind kind = classify(loop.baseline_, usage_now(loop.thread_));
    if (std::string what = describe(kind, kind == pause_kind::blocked ? loop.blocked_call_ : std::string()); !what.empty())
      found.notes.push_back(std::move(what));
    if (*suppressed > 0) found.notes.push_back("suppressed " + std::to_string(*suppressed) + " reports like this one");
    if (captured) {
      const call_stack& native = loop.captured_.native;
      for (std::size_t i = 0; i < native.depth; ++i) found.native_stack.push_back({.address = native.addresses[i]});
      found.task = loop.captured_.what.task;
      found.message = "Executing " + loop.captured_.what.text() + " has taken " + in_seconds(lasts) + " seconds so far";
      found.await_chain.assign(loop.captured_.awaits.begin(), loop.captured_.awaits.begin() + static_cast<std::ptrdiff_t>(loop.captured_.awaits_count));
    } else {
      found.message = "Executing a callback has taken " + in_seconds(lasts) + " seconds so far";
      found.notes.push_back("no stack: the thread blocks signals, or does not come out of the kernel");
    }
    lock.unlock();
    emit(std::move(found));
    lock.lock();
  }

  // True when the handler has filled captured_. The lock is held: the loop cannot go away meanwhile.
  bool capture(watched_loop& loop, std::uint64_t sequence) {
    loop.wanted_.store(sequence, std::memory_order_release);
    if (::syscall(SYS_tgkill, ::getpid(), loop.thread_, signal_) != 0) return false;
    const nanoseconds give_up = monotonic_now() + std::chrono::milliseconds(50);
    while (loop.taken_.load(std::memory_order_acquire) != sequence) {
      if (monotonic_now() > give_up || loop.sequence_.load(std::memory_order_acquire) != sequence) {
        loop.wanted_.store(0, std::memory_order_release);
        // The handler may have begun just before; it takes microseconds.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        break;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    const bool taken = loop.taken_.load(std::memory_order_acquire) == sequence;
    loop.wanted_.store(0, std::memory_order_release);
    loop.taken_.store(0, std::memory_order_relaxed);
    return taken;
  }

  // Time in which this thread did not run although it wanted to, and did not wait for a processor either: nothing ran.
  void note_gap(nanoseconds pause) {
    const nanoseconds now = monotonic_now();
    if (last_tick_ != nanoseconds(0)) stopped_ += gap(now);
    last_tick_ = now;
    pause_ = pause;
  }
  nanoseconds gap(nanoseconds now) const {
    if (last_tick_ == nanoseconds(0)) return nanoseconds(0);
    const nanoseconds late = now - last_tick_ - pause_;
    return late > std::chrono::milliseconds(50) ? late : nanoseconds(0);
  }

  thread_usage usage_now(pid_t thread) const {
    thread_usage usage = usage_of(thread);
    usage.stopped = stopped_ + gap(usage.at);
    return usage;
  }

  const int signal_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::vector<watched_loop*> loops_;
  nanoseconds last_tick_{};
  nanoseconds pause_{};
  nanoseconds stopped_{};
};

std::optional<int> rate_limit::allow(nanoseconds now) {
  if (now - window_ >= std::chrono::seconds(10)) {
    window_ = now;
    passed_ = 0;
  }
  if (passed_ == most_) {
    ++suppressed_;
    return std::nullopt;
  }
  ++passed_;
  return std::exchange(suppressed_, 0);
}

void watched_loop::watch() {
  thread_ = static_cast<pid_t>(::syscall(SYS_gettid));
  watched_here = this;
  watchdog::only().watch(*this);
}

void watched_loop::unwatch() noexcept {
  watched_here = nullptr;
  watchdog::only().unwatch(*this);
}

std::string watched_loop::classification() const { return watchdog::only().classification(*this); }

std::optional<running_callback> running_callback_of(const event_loop& loop) { return watchdog::only().running(loop); }

void watched_loop::take_capture(int, void*, void* context) noexcept {
  const int saved = errno;
  watched_loop* const here = watched_here;
  const std::uint64_t wanted = here != nullptr ? here->wanted_.load(std::memory_order_acquire) : 0;
  if (wanted != 0 && wanted == here->sequence_.load(std::memory_order_relaxed)) {
    capture& to = here->captured_;
    to.what = here->what_;
    take_call_stack(to.native, context);
    const task_core* const task = here->loop_.current_task();
    to.awaits_count = task != nullptr ? task->copy_chain(to.awaits.data(), to.awaits.size()) : 0;
    here->taken_.store(wanted, std::memory_order_release);
  }
  errno = saved;
}

}  // namespace coroguard
