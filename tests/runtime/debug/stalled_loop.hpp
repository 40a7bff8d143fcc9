// A real loop with debug mode on, and ways to make it stall.
#pragma once

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <coroguard/task/runner.hpp>
#include <coroguard/task/sleep.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "coroguard/base/sanitizers.hpp"
#include "debug/captured_reports.hpp"

namespace coroguard {

using way_to_stall = std::function<void()>;

constexpr std::chrono::milliseconds stall_limit{20};
constexpr std::chrono::milliseconds stall_lasts{100};

// ThreadSanitizer keeps signals back until the thread calls something that blocks, and takes processor time from everybody.
#if COROGUARD_THREAD_SANITIZER
constexpr bool under_thread_sanitizer = true;
#else
constexpr bool under_thread_sanitizer = false;
#endif

inline coro<void> stalls(const way_to_stall& how) {
  get_running_loop().set_slow_callback_duration(stall_limit);
  co_await sleep(seconds(0));
  how();
}

// The reports of one stall in a task.
inline std::vector<report> reports_of(const way_to_stall& how) {
  captured_reports reports;
  run(stalls(how), {.debug = true});
  return reports.take();
}

inline bool says(const report& one, std::string_view what) {
  return std::ranges::any_of(one.notes, [&](const std::string& note) { return note.starts_with(what); });
}

inline bool is_final(const report& one) {
  return one.rule == "slow-callback" && one.message.find(" took ") != std::string::npos;
}

inline bool has_function(const report& one, std::string_view function) {
  return std::ranges::any_of(one.native_stack, [&](const native_frame& frame) { return frame.function.find(function) != std::string::npos; });
}

inline void spin(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

// What this thread did with its time, as the kernel counts it: the judge of what debug mode says.
struct own_time {
  std::chrono::duration<double> whole{};
  std::chrono::duration<double> ran{};
  std::chrono::duration<double> waited{};  // for a processor

  static own_time now() {
    own_time time;
    time.whole = std::chrono::steady_clock::now().time_since_epoch();
    timespec ran{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ran);
    time.ran = std::chrono::seconds(ran.tv_sec) + std::chrono::nanoseconds(ran.tv_nsec);
    if (std::FILE* const file = std::fopen("/proc/thread-self/schedstat", "r")) {
      unsigned long long waited = 0;
      if (std::fscanf(file, "%*u %llu", &waited) == 1) time.waited = std::chrono::nanoseconds(waited);
      std::fclose(file);
    }
    return time;
  }
  own_time since(const own_time& before) const {
    return {whole - before.whole, ran - before.ran, waited - before.waited};
  }
  double slept_part() const { return 1 - ran_part() - waited_part(); }
  double ran_part() const { return ran / whole; }
  double waited_part() const { return waited / whole; }
};

}  // namespace coroguard
