// Tasks that keep the loop for themselves.
#include <coroguard/runtime.hpp>

#include "debug/captured_reports.hpp"
#include "loop/scripted_loop.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class never_yielding : public ::testing::Test {
protected:
  never_yielding() { scripted.loop.set_debug(true); }

  std::vector<report> found() {
    std::vector<report> result;
    for (const report& one : reports.take())
      if (one.rule == "never-yielded") result.push_back(one);
    return result;
  }
  void run_turns() {
    for (int i = 0; i < 5; ++i) scripted.run_once();
  }

  captured_reports reports;
  scripted_loop scripted;
  virtual_clock& clock = scripted.clock;
};

coro<void> takes(virtual_clock& clock, milliseconds time) {
  clock.advance(time);
  co_return;
}
coro<void> takes_in_pieces(virtual_clock& clock, milliseconds time, int pieces) {
  for (int i = 0; i < pieces; ++i) co_await takes(clock, time);  // runs at once: nothing waits
}
coro<void> takes_and_yields(virtual_clock& clock, milliseconds before, milliseconds after) {
  clock.advance(before);
  co_await yield_once();
  clock.advance(after);
}

TEST_F(never_yielding, from_beginning_to_end) {
  const task<void> one = scripted.loop.create_task(takes(clock, 250ms), {.name = "t"});
  run_turns();
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 1u);
  EXPECT_TRUE(result[0].message.starts_with("<Task pending name='t' coro=<takes() at ")) << result[0].message;
  EXPECT_TRUE(result[0].message.ends_with(" ran from beginning to end in 0.250 seconds without ever suspending: nothing else ran meanwhile"));
  EXPECT_EQ(result[0].duration, 250ms);
  ASSERT_EQ(result[0].notes.size(), 1u);
}

TEST_F(never_yielding, in_awaits_that_never_wait) {
  const task<void> one = scripted.loop.create_task(takes_in_pieces(clock, 30ms, 5));
  run_turns();
  EXPECT_EQ(found().size(), 1u);
}

TEST_F(never_yielding, when_begun_at_once) {
  scripted.loop.set_task_factory(eager_task_factory);
  const auto spawns = [](virtual_clock& time) -> coro<void> {
    co_await yield_once();
    const task<void> inner = create_task(takes(time, 120ms));
    time.advance(50ms);
    co_await inner;
  };
  const task<void> one = scripted.loop.create_task(spawns(clock));
  run_turns();
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 1u);
  EXPECT_EQ(result[0].duration, 120ms);
}

TEST_F(never_yielding, for_more_than_a_second_before_it_does) {
  const task<void> one = scripted.loop.create_task(takes_and_yields(clock, 1200ms, 0ms));
  run_turns();
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 1u);
  EXPECT_NE(result[0].message.find(" ran for 1.200 seconds before it suspended for the first time"), std::string::npos);
}

TEST_F(never_yielding, is_told_at_doubled_counts) {
  std::vector<task<void>> tasks;
  for (int i = 0; i < 9; ++i) tasks.push_back(scripted.loop.create_task(takes(clock, 200ms)));
  run_turns();
  EXPECT_EQ(found().size(), 4u);  // 1, 2, 4, 8
}

TEST_F(never_yielding, is_not_a_short_task) {
  const task<void> one = scripted.loop.create_task(takes(clock, 99ms));
  run_turns();
  EXPECT_TRUE(found().empty());
}

TEST_F(never_yielding, is_not_a_task_that_yields) {
  const task<void> one = scripted.loop.create_task(takes_and_yields(clock, 150ms, 150ms));
  const task<void> two = scripted.loop.create_task(takes_and_yields(clock, 0ms, 2000ms));
  run_turns();
  EXPECT_TRUE(one.done());
  EXPECT_TRUE(found().empty());
}

TEST_F(never_yielding, is_not_a_callback) {
  scripted.loop.call_soon([this] { clock.advance(500ms); });
  run_turns();
  EXPECT_TRUE(found().empty());
}

TEST_F(never_yielding, is_not_a_task_that_was_cancelled_before_it_began) {
  const task<void> one = scripted.loop.create_task(takes(clock, 500ms));
  one.cancel();
  run_turns();
  EXPECT_TRUE(found().empty());
}

TEST_F(never_yielding, is_not_one_that_begins_at_once_and_waits) {
  scripted.loop.set_task_factory(eager_task_factory);
  const auto spawns = [](virtual_clock& time) -> coro<void> {
    co_await yield_once();
    const task<void> inner = create_task(takes_and_yields(time, 150ms, 0ms));
    co_await inner;
  };
  const task<void> one = scripted.loop.create_task(spawns(clock));
  run_turns();
  EXPECT_TRUE(one.done());
  EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace coroguard
