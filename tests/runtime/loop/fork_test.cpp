// TestFork of CPython's test_unix_events: a forked child shares neither the running loop nor its signals.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <coroguard/task/sleep.hpp>
#include <csignal>

#include "loop/scripted_loop.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class TestFork : public virtual_loop {};

// Runs `child()` in a child process; true when it returned true there.
template <class F>
bool in_child(F child) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(child() ? 0 : 1);
  int status = -1;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(TestFork, test_fork_not_share_event_loop) {
  bool alone = false;
  loop.call_soon([&] {
    alone = in_child([] { return running_loop() == nullptr; });
    EXPECT_EQ(running_loop(), &loop);
  });
  run_once();
  EXPECT_TRUE(alone);
}

coro<int> seven_later() { co_return co_await sleep(1s, 7); }

bool runs_a_loop() {
  event_loop own(virtual_time());
  return own.run_until_complete(seven_later()) == 7;
}

TEST_F(TestFork, test_fork_asyncio_run) {
  bool ran = false;
  loop.call_soon([&] { ran = in_child(runs_a_loop); });
  run_once();
  EXPECT_TRUE(ran);
}

bool catches_in_a_loop_of_its_own() {
  event_loop own(virtual_time());
  bool caught = false;
  own.add_signal_handler(SIGTERM, [&] { caught = true; });
  ::raise(SIGTERM);
  own.stop();
  own.run_forever();
  return caught;
}

TEST_F(TestFork, test_fork_signal_handling) {
  bool parent_caught = false;
  bool child_caught = false;
  loop.add_signal_handler(SIGTERM, [&] { parent_caught = true; });
  loop.call_soon([&] { child_caught = in_child(catches_in_a_loop_of_its_own); });
  run_briefly();
  EXPECT_TRUE(child_caught);
  EXPECT_FALSE(parent_caught);
}

// Both processes have the eventfd that wakes the parent's loop: a signal that only the child gets must not use it.
TEST_F(TestFork, test_fork_signal_handling__without_a_loop) {
  std::vector<io_event> events;
  const auto real = make_epoll_selector();
  scripted_loop scripted;
  scripted.loop.add_signal_handler(SIGTERM, [] { FAIL() << "it was the child's"; });
  const int wake_fd = scripted.selector.watched.begin()->first;
  real->watch(wake_fd, true, false);
  EXPECT_TRUE(in_child([] { return ::raise(SIGTERM) == 0; }));
  real->select(0ns, events);
  EXPECT_TRUE(events.empty());
  scripted.run_once();
}

}  // namespace
}  // namespace coroguard
