// The loop of users' tests: hours in no time, advance, descriptors, hanging tests.
#include <coroguard/testing.hpp>

#include <coroguard/runtime.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "loop/pipe_ends.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class users_loop : public ::testing::Test {
protected:
  const testing::reports_fail_tests installed;
  const testing::allow_reports busy_machine{"slow-callback", {.containing = "preempted"}};
  testing::virtual_loop loop;
  std::vector<std::string> events;
  auto notes(const char* event) {
    return [this, event] { events.emplace_back(event); };
  }
  using words = std::vector<std::string>;
};

coro<int> after(seconds delay, int result) {
  co_await sleep(delay);
  co_return result;
}

TEST_F(users_loop, runs_hours_in_no_time) {
  EXPECT_EQ(loop.run(after(5h, 7)), 7);
  EXPECT_EQ(loop.now(), 5h);
  EXPECT_EQ(loop.run(after(72h, 8)), 8);
  EXPECT_EQ(loop.now(), 77h);
}

TEST_F(users_loop, is_in_debug_mode) { EXPECT_TRUE(loop->get_debug()); }

TEST_F(users_loop, throws_what_the_coroutine_throws) {
  EXPECT_THROW(loop.run(wait_for(after(2h, 1), 1h)), timeout_error);
  EXPECT_EQ(loop.now(), 1h);
}

TEST_F(users_loop, advances_to_a_time_and_no_further) {
  loop->call_later(1s, notes("1"));
  loop->call_later(2s, notes("2"));
  loop->call_later(2001ms, notes("2.001"));
  loop.advance(1500ms);
  EXPECT_EQ(events, words{"1"});
  EXPECT_EQ(loop.now(), 1.5s);
  loop.advance(500ms);
  EXPECT_EQ(events, (words{"1", "2"}));
  EXPECT_EQ(loop.now(), 2s);
  loop.advance(48h);
  EXPECT_EQ(events, (words{"1", "2", "2.001"}));
  EXPECT_EQ(loop.now(), 48h + 2s);
}

TEST_F(users_loop, runs_what_becomes_ready_on_the_way) {
  loop->call_later(1s, [this] {
    loop->call_soon([this] { loop->call_soon(notes("later in the same second")); });
    loop->call_later(1s, notes("a second later"));
  });
  loop.advance(1s);
  EXPECT_EQ(events, words{"later in the same second"});
  loop.advance(1s);
  EXPECT_EQ(events.size(), 2u);
}

TEST_F(users_loop, advances_by_nothing) {
  loop->call_soon([this] { loop->call_soon(notes("ready")); });
  loop.advance(0s);
  EXPECT_EQ(events, words{"ready"});
  EXPECT_EQ(loop.now(), 0s);
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { loop.advance(-1s); }), "time can only be advanced");
}

TEST_F(users_loop, cannot_advance_when_it_is_stopped) {
  loop->call_later(1s, [this] { loop->stop(); });
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.advance(2s); }), "Event loop stopped before the time was reached.");
  EXPECT_EQ(loop.now(), 1s);
  loop.advance(2s);
  EXPECT_EQ(loop.now(), 3s);
}

TEST_F(users_loop, looks_at_descriptors_before_time_passes) {
  const auto [here, there] = connected_ends();
  there.write("x");
  const int fd = here.fd();
  loop->add_reader(fd, [this, fd] {
    loop->remove_reader(fd);
    events.push_back("read at " + std::to_string(static_cast<int>(loop.now().count())));
  });
  loop->call_later(1s, notes("timer"));
  loop.advance(1s);
  EXPECT_EQ(events, (words{"read at 0", "timer"}));
}

coro<int> asks_a_thread() {
  co_return co_await get_running_loop().run_in_executor(nullptr, [] { return 3; });
}

TEST_F(users_loop, waits_for_threads_when_it_has_no_timer) { EXPECT_EQ(loop.run(asks_a_thread()), 3); }

coro<int> asks_a_slow_thread() {
  co_return co_await get_running_loop().run_in_executor(nullptr, [] {
    std::this_thread::sleep_for(20ms);
    return 4;
  });
}

TEST_F(users_loop, gives_threads_real_time_when_asked_to) {
  EXPECT_THROW(loop.run(wait_for(asks_a_slow_thread(), 1h)), timeout_error);
  EXPECT_EQ(loop.now(), 1h);
  loop.wait_for_threads(60s);
  EXPECT_EQ(loop.run(wait_for(asks_a_slow_thread(), 1h)), 4);
  EXPECT_EQ(loop.now(), 1h);
}

TEST_F(users_loop, joins_the_executor_s_threads) {
  bool ended = false;
  {
    testing::virtual_loop ends_first;
    const future<void> work = ends_first->run_in_executor(nullptr, [&ended] {
      std::this_thread::sleep_for(20ms);
      ended = true;
    });
    ends_first.advance(1s);
  }
  EXPECT_TRUE(ended);
}

coro<void> waits_for_nobody() { co_await get_running_loop().create_future<void>(); }

TEST_F(users_loop, tells_when_a_test_hangs) {
  testing::virtual_loop impatient(20ms);
  const task<void> hangs = impatient->create_task(waits_for_nobody());
  const std::string message = thrown_message<runtime_error>([&] { impatient.run(waits_for_nobody()); });
  EXPECT_TRUE(message.starts_with("the loop has no timer, and no descriptor or other thread woke it for too long; tasks that wait:\n"))
      << message;
  EXPECT_NE(message.find("coro=<waits_for_nobody()"), std::string::npos) << message;
}

TEST_F(users_loop, cancels_what_is_left) {
  task<void> left;
  {
    testing::virtual_loop ends_first;
    left = ends_first->create_task(waits_for_nobody());
    ends_first.advance(1s);
  }
  EXPECT_TRUE(left.cancelled());
}

TEST_F(users_loop, lets_an_expected_report_pass) {
  const testing::expect_report expected{"unhandled-exception", {.at_most = 1, .containing = "std::logic_error: lost"}};
  loop->call_soon([] { throw std::logic_error("lost"); });
  loop.advance(0s);
  EXPECT_EQ(expected.count(), 1);
}

}  // namespace
}  // namespace coroguard
