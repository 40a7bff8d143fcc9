// Children of a process whose other threads run loops: whatever these were in the middle of, the child can run a loop of
// its own.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <coroguard/runtime.hpp>
#include <thread>
#include <vector>

#include "debug/captured_reports.hpp"
#include "debug/stalled_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

coro<int> leaf() {
  co_await sleep(0s);
  co_return 1;
}

coro<void> makes_tasks(const std::atomic<bool>& stop) {
  while (!stop) {
    const task<int> made = create_task(leaf());
    co_await made;
    co_await leaf();
  }
}

// Each loop has an owner, which is recorded under a lock, also without debug mode.
void make_loops(const std::atomic<bool>& stop, bool debug) {
  while (!stop) run(sleep(0s), {.debug = debug});
}

// True when it ended in time, and well.
bool ends_well(pid_t child) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return false;
    }
    std::this_thread::sleep_for(100us);
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class forked_under_load : public ::testing::TestWithParam<bool> {};

TEST_P(forked_under_load, children_run_loops) {
  if (under_thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer forbids threads in children of processes with threads";
  captured_reports reports;  // a busy machine has slow callbacks
  const bool debug = GetParam();
  std::atomic<bool> stop = false;
  std::vector<std::thread> others;
  others.emplace_back([&] { run(makes_tasks(stop), {.debug = debug}); });
  others.emplace_back([&] { make_loops(stop, debug); });
  std::this_thread::sleep_for(50ms);
  int hung = 0;
  const auto end = std::chrono::steady_clock::now() + 3s;
  for (int i = 0; i < 300 && hung == 0 && std::chrono::steady_clock::now() < end; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      run(leaf(), {.debug = debug});
      ::_exit(0);
    }
    hung += ends_well(child) ? 0 : 1;
  }
  stop = true;
  for (std::thread& other : others) other.join();
  EXPECT_EQ(hung, 0);
}

INSTANTIATE_TEST_SUITE_P(debug_mode, forked_under_load, ::testing::Bool());

}  // namespace
}  // namespace coroguard
