// What a thread did with its time, from outside of it: the kernel's counters in /proc/self/task. Costs the thread nothing.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace coroguard {

struct thread_usage {
  std::chrono::nanoseconds at{};       // when it was read, by the monotonic clock
  std::chrono::nanoseconds ran{};      // on a processor
  std::chrono::nanoseconds in_kernel{};  // of that, about: the kernel counts it in ticks
  std::chrono::nanoseconds waited{};   // runnable, for a processor; without a wait that goes on
  std::chrono::nanoseconds stopped{};  // the whole process was (SIGSTOP, a suspended machine); the watchdog's to say
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  bool may_wait = false;  // it is another thread than the one that reads, and runs or waits for a processor
  bool known = false;     // false: /proc does not say
};

thread_usage usage_of(pid_t thread);
// The time for which the thread has waited for a processor.
std::chrono::nanoseconds waited_of(pid_t thread);

// What a thread was found doing, look after look.
class thread_samples {
public:
  void look_at(pid_t thread);

  int awake() const noexcept { return awake_; }        // on a processor, or waiting for one
  int in_calls() const noexcept { return in_calls_; }  // asleep in a system call
  int in_faults() const noexcept { return in_faults_; }  // asleep, in none: the kernel fetches memory
  int all() const noexcept { return awake_ + in_calls_ + in_faults_; }
  // The system call in which it was found most often: "futex". Empty when it was found in none.
  std::string call() const;

private:
  struct counted_call {
    long number = 0;
    int count = 0;
  };
  int awake_ = 0;
  int in_calls_ = 0;
  int in_faults_ = 0;
  std::array<counted_call, 8> calls_{};
};

enum class pause_kind { unknown, computing, blocked, preempted, page_faulting, stopped };

// What most of the time between two readings was; `seen` was looked at between them.
pause_kind classify(const thread_usage& before, const thread_usage& after, const thread_samples& seen);
// "blocked in the kernel (clock_nanosleep)"; `call` may be empty.
std::string describe(pause_kind kind, const std::string& call);

}  // namespace coroguard
