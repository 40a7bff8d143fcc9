// A child of fork has no watchdog, no reporter, and none of their locks; it gets its own when it runs a loop in debug mode.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "debug/meant_leaks.hpp"
#include "debug/stalled_loop.hpp"

// LeakSanitizer asks it when the process ends.
extern "C" int __lsan_is_turned_off() { return coroguard::leaks_are_meant ? 1 : 0; }

namespace coroguard {

bool leaks_are_meant = false;

namespace {

using namespace std::chrono_literals;

// ThreadSanitizer lets no child of a process with threads make threads.
class forked : public ::testing::Test {
protected:
  void SetUp() override {
    if (under_thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer forbids threads in children of processes with threads";
  }

  // What the child's `function` returned; -1 when it did not end in time.
  template <class Function>
  static int in_child(Function function) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(function());
    return result_of(child);
  }

  static int result_of(pid_t child) {
    const auto end = std::chrono::steady_clock::now() + 60s;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > end) {
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        return -1;
      }
      std::this_thread::sleep_for(1ms);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

  // 0: a stall of the child's own loop was reported with its stack while it lasted, and when it had ended.
  static int child_has_reports() {
    const std::vector<report> found = reports_of([] { std::this_thread::sleep_for(10 * stall_lasts); });
    const int result = judge(found);
    if (result != 0)
      for (const report& one : found) std::fprintf(stderr, "%s\n", report_text(one).c_str());
    return result;
  }
  static int judge(const std::vector<report>& found) {
    if (found.size() < 2) return 10;
    if (found.front().native_stack.empty() || !has_function(found.front(), "nanosleep")) return 11;
    if (!is_final(found.back()) || !says(found.back(), "blocked in the kernel (clock_nanosleep)")) return 12;
    return report_json(found.front()).find("\"pid\":" + std::to_string(::getpid())) != std::string::npos ? 0 : 13;
  }
};

TEST_F(forked, child_between_runs_has_reports_of_its_own) {
  reports_of([] { std::this_thread::sleep_for(stall_lasts); });
  EXPECT_EQ(in_child(child_has_reports), 0);
}

TEST_F(forked, child_of_a_callback_has_reports_of_its_own) {
  int result = -2;
  reports_of([&] { result = in_child(child_has_reports); });
  EXPECT_EQ(result, 0);
}

// While the watchdog holds its lock, captures, and reports; while other threads make loops.
TEST_F(forked, children_of_a_stalled_loop) {
  captured_reports reports;
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i)
    others.emplace_back([&] {
      while (!done) {
        runner loops({.debug = true});
        loops.get_loop().set_slow_callback_duration(1ms);
        loops.run([]() -> coro<void> {
          std::this_thread::sleep_for(2ms);
          co_return;
        }());
      }
    });
  int failed = 0;
  int children = 0;
  const auto end = std::chrono::steady_clock::now() + 2s;
  while (std::chrono::steady_clock::now() < end && children < 300) {
    ++children;
    const int result = in_child([&] {
      if (children % 10 != 0) return 0;
      const std::vector<report> found = reports_of([] { std::this_thread::sleep_for(4 * stall_lasts); });
      return found.empty() ? 14 : 0;
    });
    if (result != 0) {
      ++failed;
      std::fprintf(stderr, "child %d: %d\n", children, result);
    }
  }
  done = true;
  for (std::thread& other : others) other.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GE(children, 5);
}

// It does nothing and ends as programs do, with what runs at exit.
TEST_F(forked, child_that_does_nothing_ends) {
  int result = -2;
  reports_of([&] {
    std::this_thread::sleep_for(stall_lasts);
    const pid_t child = ::fork();
    if (child == 0) {
      leaks_are_meant = true;  // the parent's threads, and what only they knew, are not here
      std::fflush(nullptr);
      ::close(1);
      std::exit(3);
    }
    result = result_of(child);
  });
  EXPECT_EQ(result, 3);
}

// The parent's loop, which the child destroys, was watched by the parent's watchdog.
TEST_F(forked, child_destroys_the_loop_of_its_parent) {
  captured_reports reports;
  auto loop = std::make_unique<event_loop>();
  loop->set_debug(true);
  pid_t child = -1;
  loop->call_soon([&] {
    loop->stop();  // a child may not: the loop is its parent's
    child = ::fork();
  });
  loop->run_forever();
  if (child == 0) {
    loop.reset();
    ::_exit(child_has_reports());
  }
  EXPECT_EQ(result_of(child), 0);
}

// A sink may fork; the lock under which it is called is not the child's.
TEST_F(forked, by_a_sink) {
  int result = -2;
  const report_sink before = set_report_sink([&](const report&) {
    if (result == -2) result = in_child(child_has_reports);
  });
  run(stalls([] { std::this_thread::sleep_for(stall_lasts); }), {.debug = true});
  flush_reports();
  set_report_sink(before);
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace coroguard
