// slow-turn and slow-poll: what no single callback is to blame for.
#include <chrono>

#include "debug/captured_reports.hpp"
#include "loop/scripted_loop.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class turns : public ::testing::Test {
protected:
  turns() { scripted.loop.set_debug(true); }

  void takes(std::chrono::milliseconds time) {
    scripted.loop.call_soon([this, time] { scripted.clock.advance(time); });
  }

  captured_reports reports;
  scripted_loop scripted;
};

TEST_F(turns, of_many_short_callbacks) {
  for (const auto time : {30ms, 10ms, 40ms, 5ms, 20ms}) takes(time);
  scripted.run_once();
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "slow-turn");
  EXPECT_EQ(found[0].message, "A turn of the loop took 0.105 seconds for 5 callbacks, none of them slow");
  EXPECT_EQ(found[0].duration, 105ms);
  ASSERT_EQ(found[0].notes.size(), 3u);
  EXPECT_TRUE(found[0].notes[0].starts_with("0.040 seconds: <Handle created at ")) << found[0].notes[0];
  EXPECT_TRUE(found[0].notes[1].starts_with("0.030 seconds: "));
  EXPECT_TRUE(found[0].notes[2].starts_with("0.020 seconds: "));
}

TEST_F(turns, with_a_slow_callback_are_reported_as_that) {
  for (const auto time : {30ms, 100ms, 40ms}) takes(time);
  scripted.run_once();
  const std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "slow-callback");
}

TEST_F(turns, are_counted_one_by_one) {
  for (int turn = 0; turn < 3; ++turn) {
    takes(60ms);
    scripted.run_once();
  }
  EXPECT_TRUE(reports.take().empty());
}

TEST_F(turns, that_poll_too_long) {
  scripted.loop.call_later(50ms, [] {});
  scripted.selector.during = [this] { scripted.clock.advance(149ms); };
  scripted.run_once();  // stop() makes the timeout zero
  std::vector<report> found = reports.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "slow-poll");
  EXPECT_EQ(found[0].message, "poll took 0.149 seconds, 0.149 more than it was to wait");

  scripted.selector.during = [this] { scripted.clock.advance(99ms); };
  scripted.run_once();
  EXPECT_TRUE(reports.take().empty());
}

TEST_F(turns, are_not_watched_any_more) {
  scripted.loop.set_debug(false);
  takes(1s);
  scripted.run_once();
  EXPECT_TRUE(reports.take().empty());
}

// In a callback, of which only the rest is watched, and back.
TEST_F(turns, that_switch_it_on_and_off) {
  scripted.loop.set_debug(false);
  for (int round = 0; round < 10; ++round) {
    scripted.loop.call_soon([this] { scripted.loop.set_debug(!scripted.loop.get_debug()); });
    scripted.run_once();
    takes(200ms);
    scripted.run_once();
    EXPECT_EQ(reports.take().size(), round % 2 == 0 ? 1u : 0u) << round;
  }
}

}  // namespace
}  // namespace coroguard
