// Loops and threads: BaseEventLoopTests.test_check_thread, and the loop within a loop.
#include <chrono>
#include <coroguard/task/sleep.hpp>
#include <exception>
#include <latch>
#include <memory>
#include <string>
#include <thread>

#include "loop/base_event_loop_tests.hpp"
#include "needs_debug_mode.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

const char* const wrong_thread = "Non-thread-safe operation invoked on an event loop other than the current one";

// A pending future whose end queues a callback.
future<int> watched_future(event_loop& loop) {
  const future<int> made = loop.create_future<int>();
  made.add_done_callback([](const future<int>&) {});
  return made;
}

// asyncio's words of the error of each call, which are the same or empty; "" when none throws.
std::string error_of_calls(event_loop& loop, const future<int>& watched) {
  const auto error_of = [](auto call) {
    const std::string text = thrown_message<runtime_error>(call);
    return text == "no exception" ? "" : text.substr(0, text.find(": thread '"));
  };
  const std::string soon = error_of([&] { loop.call_soon([] {}); });
  EXPECT_EQ(error_of([&] { loop.call_later(60s, [] {}); }), soon);
  EXPECT_EQ(error_of([&] { loop.call_at(loop.time() + 60s, [] {}); }), soon);
  EXPECT_EQ(error_of([&] { static_cast<void>(loop.create_future<int>()); }), soon);
  EXPECT_EQ(error_of([&] { watched.add_done_callback([](const future<int>&) {}); }), soon);
  EXPECT_EQ(error_of([&] { watched.cancel(); }), soon);
  return soon;
}

// What calls from another thread throw while the loop waits; `with_loop`: that thread has a loop of its own.
std::string error_in_other_thread(event_loop& loop, bool debug, bool with_loop) {
  loop.set_debug(debug);
  const future<int> watched = watched_future(loop);
  std::string error;
  std::latch runs(1);
  std::latch looked(1);
  std::thread other([&] {
    runs.wait();
    const auto own = with_loop ? std::make_unique<event_loop>() : nullptr;
    error = error_of_calls(loop, watched);
    looked.count_down();
    loop.call_soon_threadsafe([&] { loop.stop(); });
  });
  loop.call_soon([&] {
    runs.count_down();
    looked.wait();  // the calls are only checked: without debug mode they race with a loop that goes on
  });
  loop.run_forever();
  other.join();
  loop.set_debug(false);
  return error;
}

TEST_F(BaseEventLoopTests, test_check_thread) {
  NEEDS_DEBUG_MODE();
  loop.set_slow_callback_duration(1h);
  EXPECT_EQ(error_in_other_thread(loop, true, false), wrong_thread);
}

TEST_F(BaseEventLoopTests, test_check_thread__not_in_debug_mode) { EXPECT_EQ(error_in_other_thread(loop, false, false), ""); }

TEST_F(BaseEventLoopTests, test_check_thread__other_loop) {
  NEEDS_DEBUG_MODE();
  loop.set_slow_callback_duration(1h);
  EXPECT_EQ(error_in_other_thread(loop, true, true), wrong_thread);
}

TEST_F(BaseEventLoopTests, test_check_thread__other_loop_not_in_debug_mode) {
  EXPECT_EQ(error_in_other_thread(loop, false, true), "");
}

TEST_F(BaseEventLoopTests, test_check_thread__loop_that_does_not_run) {
  loop.set_debug(true);
  std::string error;
  const future<int> watched = watched_future(loop);
  std::thread([&] { error = error_of_calls(loop, watched); }).join();
  EXPECT_EQ(error, wrong_thread);  // asyncio says nothing then
}

class RunningLoopTests : public virtual_loop {};

coro<void> run_other(event_loop& other) {
  other.run_forever();
  co_return;
}

TEST_F(RunningLoopTests, test_running_loop_within_a_loop) {
  event_loop inner(virtual_time());
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(run_other(inner)); }),
            "Cannot run the event loop while another loop is running");
  EXPECT_FALSE(inner.is_running());
  EXPECT_FALSE(loop.is_running());
}

TEST_F(RunningLoopTests, test_running_loop_within_a_loop__itself) {
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(run_other(loop)); }), "This event loop is already running");
}

}  // namespace
}  // namespace coroguard
