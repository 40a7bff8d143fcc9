// Slow callbacks on a real clock with the limit as it is at first, where debug mode reads the clock seldom (turn_clock.hpp).
#include "coroguard/debug/turn_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <coroguard/loop/event_loop.hpp>
#include <thread>

#include "debug/captured_reports.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

TEST(turn_clock, notices_what_takes_longer_than_a_step) {
  monotonic_clock exact;
  ASSERT_TRUE(exact.coarse());
  turn_clock clock(exact);
  clock.turn_begins(100ms);
  std::this_thread::sleep_for(40ms);
  ASSERT_TRUE(clock.moved());
  EXPECT_GE(clock.lap(), 40ms);
}

TEST(turn_clock, is_exact_where_a_step_is_not_small) {
  monotonic_clock exact;
  turn_clock clock(exact);
  clock.turn_begins(1ms);
  EXPECT_TRUE(clock.moved());
  clock.turn_begins(1h);
  clock.be_exact();
  EXPECT_TRUE(clock.moved());
}

TEST(turn_clock, does_not_count_what_was_before_the_turn) {
  monotonic_clock exact;
  turn_clock clock(exact);
  clock.turn_begins(1h);
  std::this_thread::sleep_for(300ms);
  clock.paused();
  clock.turn_begins(1h);
  std::this_thread::sleep_for(20ms);
  ASSERT_TRUE(clock.moved());
  EXPECT_LT(clock.lap(), 250ms);  // a busy machine may add to the 20
}

TEST(turn_clock, begins_when_the_wait_has_ended) {
  monotonic_clock exact;
  turn_clock clock(exact);
  clock.turn_begins(1h);
  std::this_thread::sleep_for(300ms);
  clock.paused_until(exact.now().time_since_epoch());
  clock.turn_begins(1h);
  std::this_thread::sleep_for(20ms);
  ASSERT_TRUE(clock.moved());
  EXPECT_LT(clock.lap(), 250ms);
}

TEST(slow_callback, is_the_one_that_was_slow) {
  captured_reports reports;
  event_loop loop;
  loop.set_debug(true);
  for (int i = 0; i < 100; ++i) loop.call_soon([] {});
  const unsigned line = __LINE__ + 1;
  loop.call_soon([] { std::this_thread::sleep_for(150ms); });
  for (int i = 0; i < 100; ++i) loop.call_soon([] {});
  loop.stop();
  loop.run_forever();
  loop.set_debug(false);
  const std::vector<report> found = reports.take();
  const std::string place = "turn_clock_test.cpp:" + std::to_string(line) + "> took ";
  const auto slow = std::ranges::find_if(found, [&](const report& one) { return one.message.find(place) != std::string::npos; });
  ASSERT_NE(slow, found.end());
  EXPECT_EQ(slow->rule, "slow-callback");
  EXPECT_GE(slow->duration, 150ms);
}

}  // namespace
}  // namespace coroguard
