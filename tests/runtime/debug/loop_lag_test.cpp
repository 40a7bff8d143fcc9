// How late a loop is.
#include <coroguard/debug/loop_lag.hpp>
#include <coroguard/runtime.hpp>

#include "debug/captured_reports.hpp"
#include "loop/scripted_loop.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class lag : public ::testing::Test {
protected:
  lag() { scripted.loop.set_debug(true); }

  void takes(std::chrono::microseconds time) {
    scripted.loop.call_soon([this, time] { scripted.clock.advance(time); });
  }

  captured_reports reports;
  scripted_loop scripted;
};

TEST_F(lag, of_timers_is_from_when_they_are_due_to_their_call) {
  scripted.loop.call_later(100us, [this] { scripted.clock.advance(3ms); });
  scripted.loop.call_later(200us, [] {});
  scripted.clock.advance(1200us);
  scripted.run_once();
  const loop_lag found = lag_of(scripted.loop);
  EXPECT_EQ(found.timers.count, 2u);
  EXPECT_EQ(found.timers.max, 4000us);  // 1 ms late, and 3 ms behind the other one
  EXPECT_EQ(found.timers.counts[11], 1u);  // 1024 to 2047 us: 1100
  EXPECT_EQ(found.timers.counts[12], 1u);  // 2048 to 4095 us: 4000
}

TEST_F(lag, of_cancelled_timers_is_none) {
  const timer_handle other = scripted.loop.call_later(200us, [] {});
  scripted.loop.call_later(100us, [&] { timer_handle(other).cancel(); });
  scripted.clock.advance(1ms);
  scripted.run_once();
  EXPECT_EQ(lag_of(scripted.loop).timers.count, 1u);
}

TEST_F(lag, of_turns_is_all_of_their_callbacks) {
  takes(30us);
  takes(40us);
  scripted.run_once();
  takes(5us);
  scripted.run_once();
  const loop_lag found = lag_of(scripted.loop);
  EXPECT_EQ(found.turns.count, 2u);
  EXPECT_EQ(found.turns.max, 70us);
  EXPECT_EQ(found.busy, 75us);
  EXPECT_EQ(found.turns.counts[7], 1u);  // 64 to 127 us
  EXPECT_EQ(found.turns.counts[3], 1u);  // 4 to 7 us
  EXPECT_EQ(found.timers.count, 0u);
}

TEST_F(lag, counts_what_it_waits) {
  scripted.selector.during = [this] { scripted.clock.advance(900us); };
  takes(100us);
  scripted.run_once();
  const loop_lag found = lag_of(scripted.loop);
  EXPECT_EQ(found.idle, 900us);
  EXPECT_NE(found.text().find("busy 0.000 s of 0.001 s (10.0 %)"), std::string::npos) << found.text();
}

TEST_F(lag, has_percentiles) {
  lag_histogram some;
  EXPECT_EQ(some.percentile(50), 0ns);
  some.counts[0] = 90;
  some.counts[5] = 9;
  some.counts[20] = 1;
  some.count = 100;
  some.max = 900ms;
  EXPECT_EQ(some.percentile(50), 1us);
  EXPECT_EQ(some.percentile(90), 1us);
  EXPECT_EQ(some.percentile(91), 32us);
  EXPECT_EQ(some.percentile(99), 32us);
  EXPECT_EQ(some.percentile(100), 900ms);
  EXPECT_EQ(some.percentile(0), 1us);
}

TEST_F(lag, is_text_and_json) {
  takes(3us);
  scripted.run_once();
  EXPECT_EQ(lag_of(scripted.loop).text(),
            "timers late: 0, 50% within 0.0 us, 99% within 0.0 us, max 0.0 us\n"
            "turns: 1, 50% within 3.0 us, 99% within 3.0 us, max 3.0 us\n"
            "busy 0.000 s of 0.000 s (100.0 %)");
  EXPECT_EQ(lag_of(scripted.loop).json(),
            R"json({"timers":{"count":0,"max_us":0.0,"p50_us":0.0,"p99_us":0.0,"buckets":[]},)json"
            R"json("turns":{"count":1,"max_us":3.0,"p50_us":3.0,"p99_us":3.0,"buckets":[0,0,1]},"busy_us":3.0,"idle_us":0.0})json");
}

TEST_F(lag, is_nothing_without_debug_mode) {
  event_loop never(virtual_time());
  never.set_debug(false);
  EXPECT_EQ(lag_of(never).turns.count, 0u);
  scripted.loop.set_debug(false);
  takes(10us);
  scripted.run_once();
  EXPECT_EQ(lag_of(scripted.loop).turns.count, 0u);
}

// ---- slow turns and polls, beyond turn_test.cpp -------------------------------------------------------------------------

TEST_F(lag, of_a_turn_that_is_slow_beside_a_slow_callback_is_told_as_well) {
  takes(150ms);
  for (int i = 0; i < 4; ++i) takes(30ms);
  scripted.run_once();
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].rule, "slow-callback");
  EXPECT_EQ(found[1].rule, "slow-turn");
  EXPECT_EQ(found[1].message, "A turn of the loop took 0.270 seconds for 5 callbacks, 1 of them slow; the others took 0.120 seconds");
  ASSERT_EQ(found[1].notes.size(), 3u);
  EXPECT_TRUE(found[1].notes[0].starts_with("0.030 seconds"));
}

TEST_F(lag, of_a_turn_that_an_exception_ended_does_not_count_for_the_next) {
  takes(80ms);
  scripted.loop.call_soon([] { throw keyboard_interrupt(); });
  EXPECT_THROW(scripted.run_once(), keyboard_interrupt);
  takes(80ms);
  scripted.run_once();
  EXPECT_TRUE(reports.take().empty());
}

TEST_F(lag, of_slow_turns_is_told_five_times_in_ten_seconds) {
  for (int turn = 0; turn < 20; ++turn) {
    for (int i = 0; i < 4; ++i) takes(30ms);
    scripted.run_once();
  }
  EXPECT_EQ(reports.take().size(), 5u);
  scripted.clock.advance(10s);
  for (int i = 0; i < 4; ++i) takes(30ms);
  scripted.run_once();
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].notes.back(), "suppressed 15 reports like this one");
}

}  // namespace
}  // namespace coroguard
