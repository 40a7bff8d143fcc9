// Long because what the watchdog's thread, its signal and a fork share is kept in one place.
#include "coroguard/debug/watchdog.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "coroguard/base/fork_safe_mutex.hpp"
#include "coroguard/debug/in_seconds.hpp"
#include "coroguard/loop/event_loop.hpp"
#include "coroguard/task/task_core.hpp"

namespace coroguard {

using std::chrono::nanoseconds;

namespace {

constinit thread_local watched_loop* watched_here = nullptr;
constinit thread_local bool in_watchdog = false;

nanoseconds monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

}  // namespace

class watchdog {
public:
  // Of this process; null when none was needed yet. A child of fork gets one of its own. Never destroyed: its thread runs until
  // the process ends.
  static watchdog* existing() {
    const std::scoped_lock lock(the_one().mutex);
    return the_one().watchdog;
  }
  static watchdog& needed() {
    static const child_of_fork forgets(in_child);
    const std::scoped_lock lock(the_one().mutex);
    if (the_one().watchdog == nullptr) the_one().watchdog = new watchdog;
    return *the_one().watchdog;
  }

  void watch(watched_loop& loop) {
    // Programs that take signals in one thread block them in all others, this one too, which nobody knows of.
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, signal_);
    ::pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
    const std::scoped_lock lock(mutex_);
    loops_.push_back(&loop);
    wakes_.notify_one();
  }

  void unwatch(watched_loop& loop) noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    std::erase(loops_, &loop);
    if (!in_watchdog) has_reported_.wait(lock, [&] { return reporting_ != &loop; });
  }

  std::string classification(const watched_loop& loop, nanoseconds took) {
    std::unique_lock<std::mutex> lock(mutex_);
    let_pause_end(lock);
    const nanoseconds stopped = stopped_since(monotonic_now() - took);
    if (!is_seen(loop)) return stopped > took / 2 ? describe(pause_kind::stopped, "") : "";
    const thread_usage now = usage_now(loop.thread_);
    // Another time than that of the loop's clock: that is a virtual one. Or the watchdog saw too little of it.
    if (const nanoseconds seen = now.at - loop.baseline_.at; seen < took / 4 || seen > took + took / 2)
      return stopped > took / 2 && seen < took ? describe(pause_kind::stopped, "") : "";
    return describe(classify(loop.baseline_, now, loop.samples_), loop.samples_.call());
  }

  std::optional<int> suppressed_of_reported(watched_loop& loop) {
    const std::scoped_lock lock(mutex_);
    if (!is_seen(loop) || !loop.reported_) return std::nullopt;
    return loop.reports_.take_suppressed();
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
  struct owner {
    fork_safe_mutex mutex{fork_rank::outer};  // that of the watchdog is taken under it
    coroguard::watchdog* watchdog = nullptr;
  };
  static owner& the_one() {
    static owner* const only = new owner;
    return *only;
  }

  static void in_child() noexcept {
    watched_here = nullptr;
    in_watchdog = false;
    the_one().watchdog = nullptr;  // and stays as it is: its thread does not exist there
  }

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
    in_watchdog = true;
    thread_ = static_cast<pid_t>(::syscall(SYS_gettid));
    std::unique_lock<std::mutex> lock(mutex_);
    work_began_ = monotonic_now();
    for (;;) {
      if (loops_.empty()) {
        wakes_.wait(lock, [&] { return !loops_.empty(); });
        work_began_ = monotonic_now();
      }
      const nanoseconds pause = look(lock);
      begin_pause(pause);
      wakes_.wait_for(lock, pause);
      end_pause();
    }
  }

  // Where every callback is called slow, a stall is what it is by default: the watchdog is to run for some of them only.
  static nanoseconds limit_of(const watched_loop& loop) {
    const nanoseconds limit(loop.limit_.load(std::memory_order_relaxed));
    return limit > nanoseconds(0) ? limit : std::chrono::milliseconds(100);
  }

  // Looks at each loop once, and says when to look again.
  nanoseconds look(std::unique_lock<std::mutex>& lock) {
    nanoseconds pause = std::chrono::milliseconds(25);
    std::vector<std::pair<watched_loop*, std::uint64_t>> late;
    for (watched_loop* loop : loops_) {
      const nanoseconds limit = limit_of(*loop);
      pause = std::min(pause, std::max<nanoseconds>(limit / 8, shortest_pause));
      const std::uint64_t sequence = loop->sequence_.load(std::memory_order_acquire);
      if (sequence % 2 == 0) continue;
      const nanoseconds now = monotonic_now();
      if (loop->seen_ != sequence) {
        loop->seen_ = sequence;
        loop->since_ = now;
        loop->baseline_ = {};
        loop->samples_ = {};
        loop->next_report_ = limit;
        loop->reported_ = false;
        continue;
      }
      // Not at the first look: a busy loop runs a callback at each of them, mostly a short one, and asking the kernel is dear.
      if (!loop->baseline_.known) loop->baseline_ = usage_now(loop->thread_);
      else loop->samples_.look_at(loop->thread_);
      if (now - loop->since_ >= loop->next_report_) late.emplace_back(loop, sequence);
    }
    for (const auto& [loop, sequence] : late)
      if (std::ranges::find(loops_, loop) != loops_.end()) report_stall(*loop, sequence, lock);
    return pause;
  }

  // Gives up the lock while it reports: the sink may do anything.
  void report_stall(watched_loop& loop, std::uint64_t sequence, std::unique_lock<std::mutex>& lock) {
    const nanoseconds lasts = monotonic_now() - loop.since_;
    loop.next_report_ = 2 * lasts;
    const std::optional<int> suppressed = loop.reports_.allow(monotonic_now());
    if (!suppressed) return;
    const bool captured = capture(loop, sequence);
    if (!captured && loop.sequence_.load(std::memory_order_acquire) != sequence) {  // it has ended: that is reported then
      loop.reports_.take_back(*suppressed);
      return;
    }
    loop.reported_ = true;
    report found = stall_so_far(loop, lasts, captured);
    if (*suppressed > 0) found.notes.push_back(suppressed_note(*suppressed));
    reporting_ = &loop;
    lock.unlock();
    const nanoseconds begin = monotonic_now();
    emit(std::move(found));
    lock.lock();
    not_worked_ += monotonic_now() - begin;
    reporting_ = nullptr;
    has_reported_.notify_all();
  }

  report stall_so_far(const watched_loop& loop, nanoseconds lasts, bool captured) const {
    report found{.rule = "slow-callback"};
    found.loop = &loop.loop_;
    found.duration = lasts;
    const pause_kind kind = classify(loop.baseline_, usage_now(loop.thread_), loop.samples_);
    if (std::string what = describe(kind, loop.samples_.call()); !what.empty()) found.notes.push_back(std::move(what));
    std::string what = "a callback";
    if (captured) {
      const watched_loop::capture& seen = loop.captured_;
      for (std::size_t i = 0; i < seen.native.depth; ++i) found.native_stack.push_back({.address = seen.native.addresses[i]});
      found.await_chain.assign(seen.awaits.begin(), seen.awaits.begin() + static_cast<std::ptrdiff_t>(seen.awaits_count));
      found.task = seen.what.task;
      what = seen.what.text();
    } else {
      found.notes.push_back("no stack: the thread blocks signals, or does not come out of the kernel");
    }
    found.message = "Executing " + what + " has taken " + in_seconds(lasts) + " seconds so far";
    return found;
  }

  // True when the handler has filled captured_. The lock is held: the loop cannot go away meanwhile. Nothing is allocated: the
  // loop's thread may have been interrupted in malloc.
  bool capture(watched_loop& loop, std::uint64_t sequence) {
    const auto taken = [&] { return loop.taken_.load(std::memory_order_acquire) == sequence; };
    const auto wait = [&] {
      const nanoseconds begin = monotonic_now();
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      const nanoseconds end = monotonic_now();
      note_stop(beyond_waiting(end - begin), end);
      not_worked_ += end - begin;
    };
    loop.taken_.store(0, std::memory_order_relaxed);
    loop.wanted_.store(sequence, std::memory_order_release);
    if (::syscall(SYS_tgkill, ::getpid(), loop.thread_, signal_) == 0) {
      const nanoseconds give_up = monotonic_now() + std::chrono::milliseconds(50);
      while (!taken() && monotonic_now() < give_up && loop.sequence_.load(std::memory_order_acquire) == sequence) wait();
    }
    if (loop.wanted_.exchange(0, std::memory_order_acq_rel) != 0) return false;
    while (!taken()) wait();  // the handler has begun, and takes microseconds
    return true;
  }

  static bool is_seen(const watched_loop& loop) {
    return loop.seen_ == loop.sequence_.load(std::memory_order_relaxed) && loop.baseline_.known;
  }

  // The process was stopped where this thread took longer than it had to: its pause, or its look at the loops, which is short.
  // Time in which it waited for a processor does not count, nor does what it reports.
  void begin_pause(nanoseconds pause) {
    const nanoseconds now = monotonic_now();
    note_stop(beyond_waiting(now - work_began_ - std::exchange(not_worked_, nanoseconds(0))), now);
    pause_ = pause;
    pause_began_ = now;
    if (now - own_waited_at_ < std::chrono::milliseconds(20)) return;
    own_waited_ = waited_of(thread_);
    own_waited_at_ = now;
  }
  void end_pause() {
    const nanoseconds now = monotonic_now();
    note_stop(beyond_waiting(now - pause_began_ - pause_), now);
    pause_began_ = nanoseconds(0);
    work_began_ = now;
    ++pauses_;
    pause_ended_.notify_all();
  }
  // Other threads ask about a pause that should have ended long ago: by its counters the watchdog can only say afterwards
  // whether it was stopped, or waits for a processor.
  void let_pause_end(std::unique_lock<std::mutex>& lock) {
    if (pause_began_ == nanoseconds(0) || monotonic_now() - pause_began_ - pause_ < least_stop) return;
    const std::uint64_t before = pauses_;
    pause_ended_.wait_for(lock, std::chrono::milliseconds(50), [&] { return pauses_ != before; });
  }
  void note_stop(nanoseconds stop, nanoseconds end) {
    if (stop <= nanoseconds(0)) return;
    stopped_ += stop;
    last_stop_ = {end - stop, end};
  }
  nanoseconds beyond_waiting(nanoseconds late) const {
    if (late > least_stop) late -= waited_of(thread_) - own_waited_;
    return late > least_stop ? late : nanoseconds(0);
  }
  nanoseconds stopped_since(nanoseconds begin) const {
    return std::max(last_stop_.end - std::max(last_stop_.begin, begin), nanoseconds(0));
  }

  thread_usage usage_now(pid_t thread) const {
    thread_usage usage = usage_of(thread);
    usage.stopped = stopped_;
    return usage;
  }

  struct interval {
    nanoseconds begin{};
    nanoseconds end{};
  };
  static constexpr nanoseconds least_stop = std::chrono::milliseconds(40);
  static constexpr nanoseconds shortest_pause = std::chrono::microseconds(100);

  const int signal_;
  fork_safe_mutex mutex_;  // a child gets its loops as they are between two looks
  std::condition_variable wakes_;
  std::condition_variable has_reported_;
  std::condition_variable pause_ended_;
  std::vector<watched_loop*> loops_;
  const watched_loop* reporting_ = nullptr;  // without the lock
  pid_t thread_ = 0;
  nanoseconds pause_{};
  nanoseconds pause_began_{};  // zero: it does not pause
  std::uint64_t pauses_ = 0;
  nanoseconds work_began_{};
  nanoseconds not_worked_{};   // since then: waited for a handler, or reported
  nanoseconds own_waited_{};
  nanoseconds own_waited_at_{};
  nanoseconds stopped_{};  // in all
  interval last_stop_;
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
  return take_suppressed();
}

void watched_loop::watch() {
  thread_ = static_cast<pid_t>(::syscall(SYS_gettid));
  watched_here = this;
  watchdog::needed().watch(*this);
}

void watched_loop::unwatch() noexcept {
  if (watchdog* const one = watchdog::existing()) one->unwatch(*this);
  watched_here = nullptr;  // now: until here a capture may have waited for the handler
}

std::string watched_loop::classification(nanoseconds took) const {
  watchdog* const one = watchdog::existing();
  return one != nullptr ? one->classification(*this, took) : std::string();
}

std::optional<int> watched_loop::suppressed_if_reported() {
  watchdog* const one = watchdog::existing();
  return one != nullptr ? one->suppressed_of_reported(*this) : std::nullopt;
}

std::string suppressed_note(int count) {
  return "suppressed " + std::to_string(count) + (count == 1 ? " report" : " reports") + " like this one";
}

std::optional<running_callback> running_callback_of(const event_loop& loop) {
  watchdog* const one = watchdog::existing();
  return one != nullptr ? one->running(loop) : std::nullopt;
}

void watched_loop::take_capture(int, void*, void* context) noexcept {
  const int saved = errno;
  watched_loop* const here = watched_here;
  std::uint64_t wanted = here != nullptr ? here->wanted_.load(std::memory_order_acquire) : 0;
  if (wanted != 0 && wanted == here->sequence_.load(std::memory_order_relaxed) &&
      here->wanted_.compare_exchange_strong(wanted, 0, std::memory_order_acq_rel)) {
    capture& to = here->captured_;
    to.what = here->what_;
    take_call_stack(to.native, context);
    // Nothing but a pointer is read.
    const task_core* const task = here->loop_.current_task();  // coroguard: allow(loop-call-in-signal-handler) see above
    to.awaits_count = task != nullptr ? task->copy_chain(to.awaits.data(), to.awaits.size()) : 0;
    here->taken_.store(wanted, std::memory_order_release);
  }
  errno = saved;
}

}  // namespace coroguard
