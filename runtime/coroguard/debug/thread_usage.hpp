// What a thread did with its time, from outside of it: the kernel's counters in /proc/self/task. Costs the thread nothing.
// Not in <coroguard/runtime.hpp>: only the library needs it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace coroguard {

struct thread_usage {
  std::chrono::nanoseconds at{};       // when it was read, by the monotonic clock
  std::chrono::nanoseconds ran{};      // on a processor
  std::chrono::nanoseconds waited{};   // runnable, for a processor
  std::chrono::nanoseconds stopped{};  // the whole process was (SIGSTOP, a suspended machine); the watchdog's to say
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  bool known = false;  // false: /proc does not say
};

thread_usage usage_of(pid_t thread);

// The system call in which the thread sleeps now: "futex". Empty when it runs, or when that cannot be known.
std::string blocked_call_of(pid_t thread);

enum class pause_kind { unknown, computing, blocked, preempted, page_faulting, stopped };

// What most of the time between two readings was.
pause_kind classify(const thread_usage& before, const thread_usage& after);
// "blocked in the kernel (clock_nanosleep)"; `call` may be empty.
std::string describe(pause_kind kind, const std::string& call);

}  // namespace coroguard
