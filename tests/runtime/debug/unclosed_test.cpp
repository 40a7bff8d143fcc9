// What is left behind: at the end of a process, which is a child of this one, and when a loop closes.
#include <sys/wait.h>
#include <unistd.h>

#include <coroguard/base/sanitizers.hpp>
#include <coroguard/runtime.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "debug/meant_leaks.hpp"
#include "debug/captured_reports.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

// ---- at the end of a process --------------------------------------------------------------------------------------------

// GoogleTest's death tests start the program again, so that the child has made everything itself.
class at_the_end : public ::testing::Test {
protected:
  at_the_end() { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

// What the process says at its end after `what`.
#define EXPECT_LAST_WORDS(what, words)  \
  EXPECT_EXIT(                          \
      {                                 \
        leaks_are_meant = true;         \
        what;                           \
        std::exit(0);                   \
      },                                \
      ::testing::ExitedWithCode(0), words)

constexpr const char* nothing = "^$";

void leak_a_loop() {
  auto* const loop = new event_loop(virtual_time());
  loop->set_debug(true);
  loop->call_soon([loop] { loop->stop(); });
  loop->run_forever();
}
TEST_F(at_the_end, of_a_leaked_loop) { EXPECT_LAST_WORDS(leak_a_loop(), "unclosed event loop 0x"); }

void leak_a_runner() {
  auto* const leaked = new runner({.debug = true});
  leaked->run(sleep(0s));
}
TEST_F(at_the_end, of_a_leaked_runner) { EXPECT_LAST_WORDS(leak_a_runner(), "unclosed event loop 0x"); }

void leave_a_loop_in_a_thread() {
  std::atomic<bool> runs = false;
  std::thread([&] {
    static event_loop* const loop = new event_loop;
    loop->set_debug(true);
    loop->call_soon([&] {
      runs = true;
      runs.notify_all();
    });
    loop->run_forever();
  }).detach();
  runs.wait(false);
  std::this_thread::sleep_for(50ms);
}
TEST_F(at_the_end, of_a_loop_in_a_detached_thread) {
  EXPECT_LAST_WORDS(leave_a_loop_in_a_thread(), "still runs in another thread when the process ends");
}

void leak_a_pool() {
  event_loop loop(virtual_time());
  loop.set_debug(true);
  auto* const pool = new thread_pool_executor(1, "leaked");
  pool->post([] { std::this_thread::sleep_for(500ms); });
}
TEST_F(at_the_end, of_a_leaked_pool_with_work) {
  EXPECT_LAST_WORDS(leak_a_pool(), "thread pool 'leaked' was never shut down, and has 1 piece of work when the process ends");
}

void close_a_leaked_loop() {
  auto* const loop = new event_loop(virtual_time());
  loop->set_debug(true);
  loop->close();
}
TEST_F(at_the_end, of_a_closed_loop_nothing_is_said) { EXPECT_LAST_WORDS(close_a_leaked_loop(), nothing); }

void end_scopes() {
  event_loop loop(virtual_time());
  loop.set_debug(true);
  loop.run_until_complete(sleep(1s));
  static event_loop at_exit(virtual_time());
  at_exit.set_debug(true);
  static thread_local event_loop of_thread(virtual_time());
  of_thread.set_debug(true);
  run(sleep(0s), {.debug = true});
}
TEST_F(at_the_end, of_scopes_nothing_is_said) { EXPECT_LAST_WORDS(end_scopes(), nothing); }

void exit_in_scopes() {
  event_loop loop(virtual_time());
  loop.set_debug(true);
  loop.call_soon([] { std::exit(0); });
  loop.run_forever();
}
TEST_F(at_the_end, by_exit_in_a_callback_nothing_is_said) { EXPECT_LAST_WORDS(exit_in_scopes(), nothing); }

void exit_with_a_runner() {
  runner loops({.debug = true});
  loops.run(sleep(0s));
  std::exit(0);
}
TEST_F(at_the_end, by_exit_with_a_runner_nothing_is_said) { EXPECT_LAST_WORDS(exit_with_a_runner(), nothing); }

void exit_below_a_second_runner() {
  runner first({.debug = true});
  first.run(sleep(0s));
  runner second({.debug = true});
  second.run([]() -> coro<void> {
    co_await sleep(0s);
    std::exit(0);
  }());
}
TEST_F(at_the_end, by_exit_below_a_second_runner_nothing_is_said) {
  EXPECT_LAST_WORDS(exit_below_a_second_runner(), nothing);
}

void exit_in_another_thread() {
  event_loop loop(virtual_time());
  loop.set_debug(true);
  std::thread([] { std::exit(0); }).join();
}
TEST_F(at_the_end, by_exit_in_another_thread_nothing_is_said) {
#if COROGUARD_ADDRESS_SANITIZER
  GTEST_SKIP() << "AddressSanitizer has variables of other threads in the heap";
#endif
  EXPECT_LAST_WORDS(exit_in_another_thread(), nothing);
}

void leak_a_runner_and_exit() {
  leak_a_runner();
  std::thread([] { std::exit(0); }).join();
}
TEST_F(at_the_end, by_exit_in_another_thread_a_leaked_runner_is_told) {
  EXPECT_LAST_WORDS(leak_a_runner_and_exit(), "unclosed event loop 0x");
}

void leak_without_debug_mode() {
  new event_loop(virtual_time());
  auto* const pool = new thread_pool_executor(1);
  pool->post([] { std::this_thread::sleep_for(200ms); });
}
TEST_F(at_the_end, without_debug_mode_nothing_is_said) { EXPECT_LAST_WORDS(leak_without_debug_mode(), nothing); }

void leak_in_the_parent() {
  event_loop* const loop = new event_loop(virtual_time());
  loop->set_debug(true);
  const pid_t child = ::fork();
  if (child == 0) std::exit(0);
  ::waitpid(child, nullptr, 0);
  loop->close();
}
TEST_F(at_the_end, of_a_child_of_fork_nothing_is_said) { EXPECT_LAST_WORDS(leak_in_the_parent(), nothing); }

void leak_a_pool_without_work() {
  event_loop loop(virtual_time());
  loop.set_debug(true);
  auto* const pool = new thread_pool_executor(1);
  pool->submit([] {}).result();
}
TEST_F(at_the_end, of_an_idle_pool_nothing_is_said) { EXPECT_LAST_WORDS(leak_a_pool_without_work(), nothing); }

// ---- when a loop closes ------------------------------------------------------------------------------------------------

class left_executors : public ::testing::Test {
protected:
  std::vector<report> found() {
    std::vector<report> result;
    for (const report& one : reports.take())
      if (one.rule == "unclosed-executor") result.push_back(one);
    return result;
  }
  // Shared: the work outlives the test.
  using flag = std::shared_ptr<std::atomic<bool>>;
  static flag make_flag() { return std::make_shared<std::atomic<bool>>(false); }
  static std::function<void()> wait_for(flag raised) {
    return [raised = std::move(raised)] { raised->wait(false); };
  }
  static void raise(const flag& raised) {
    *raised = true;
    raised->notify_all();
  }

  captured_reports reports;
};

TEST_F(left_executors, of_a_loop_that_is_closed) {
  const flag released = make_flag();
  event_loop loop;
  loop.set_debug(true);
  loop.set_default_executor(std::make_unique<thread_pool_executor>(1));
  const future<void> one = loop.run_in_executor(nullptr, wait_for(released));
  const future<void> two = loop.run_in_executor(nullptr, [] {});
  loop.close();
  raise(released);
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 1u);
  EXPECT_EQ(result[0].message,
            "the default executor was left with 2 pieces of work that is not done: its threads outlive the loop, and nobody gets the results");
}

TEST_F(left_executors, of_a_loop_that_is_destroyed) {
  const flag released = make_flag();
  {
    event_loop loop;
    loop.set_debug(true);
    const future<void> one = loop.run_in_executor(nullptr, wait_for(released));
  }
  raise(released);
  EXPECT_EQ(found().size(), 1u);
}

TEST_F(left_executors, that_are_replaced) {
  const flag released = make_flag();
  event_loop loop;
  loop.set_debug(true);
  const future<void> one = loop.run_in_executor(nullptr, wait_for(released));
  loop.set_default_executor(nullptr);
  raise(released);
  EXPECT_EQ(found().size(), 1u);
}

TEST_F(left_executors, that_do_not_end_in_time) {
  const flag released = make_flag();
  event_loop loop;
  loop.set_debug(true);
  const future<void> one = loop.run_in_executor(nullptr, wait_for(released));
  loop.run_until_complete(shutdown_default_executor(50ms));
  raise(released);
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 1u);
  EXPECT_EQ(result[0].message, "The executor did not finishing joining its threads within 0.05 seconds.");
}

TEST_F(left_executors, that_are_shut_down_are_none) {
  run(to_thread([] {}), {.debug = true});
  {
    event_loop loop;
    loop.set_debug(true);
    loop.run_until_complete(to_thread([] {}));
    loop.run_until_complete(shutdown_default_executor());
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(left_executors, that_are_idle_are_none) {
  {
    event_loop loop;
    loop.set_debug(true);
    loop.run_until_complete(to_thread([] {}));
    // The thread is about to be idle.
    while (loop.default_executor()->unfinished() != 0) std::this_thread::yield();
  }
  EXPECT_TRUE(found().empty());
}

TEST_F(left_executors, are_not_looked_at_without_debug_mode) {
  const flag released = make_flag();
  {
    event_loop loop;
    loop.set_debug(false);
    const future<void> one = loop.run_in_executor(nullptr, wait_for(released));
  }
  raise(released);
  EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace coroguard
