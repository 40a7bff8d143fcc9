// HandleTests and TimerTests of CPython's test_events.
#include <chrono>
#include <coroguard/task/sleep.hpp>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "needs_debug_mode.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

// What reports call a handle: the loop is told that its callback failed.
class HandleTests : public ordered_virtual_loop {
protected:
  HandleTests() {
    loop.set_exception_handler([this](event_loop&, const exception_context& context) { told.push_back(context); });
  }
  static std::string place(unsigned line) { return std::string(__FILE__) + ":" + std::to_string(line) + ">"; }

  std::vector<exception_context> told;
};

void fail() { throw std::invalid_argument("no"); }

TEST_F(HandleTests, test_handle) {
  const auto captured = std::make_shared<int>(0);
  handle scheduled = loop.call_soon([captured] {});
  EXPECT_FALSE(scheduled.cancelled());
  EXPECT_EQ(captured.use_count(), 2);
  scheduled.cancel();
  EXPECT_TRUE(scheduled.cancelled());
  EXPECT_EQ(captured.use_count(), 1);  // at once, not when its turn comes
  scheduled.cancel();
  EXPECT_TRUE(scheduled.cancelled());
}

TEST_F(HandleTests, test_handle__copies_are_the_same) {
  handle one = loop.call_soon([] {});
  const handle two = one;
  const handle other = loop.call_soon([] {});
  EXPECT_EQ(one, two);
  EXPECT_NE(one, other);
  one.cancel();
  EXPECT_TRUE(two.cancelled());
  EXPECT_FALSE(other.cancelled());
}

TEST_F(HandleTests, test_handle__dropped) {
  bool called = false;
  { const handle dropped = loop.call_soon([&] { called = true; }); }
  run_once();
  EXPECT_TRUE(called);
}

// A callback that cancels its own handle is not pulled out from under its feet.
TEST_F(HandleTests, test_handle__cancelled_by_itself) {
  handle self;
  std::string seen;
  const std::string captured = "a text that is longer than what a string keeps inside";
  self = loop.call_soon([&self, &seen, captured] {
    self.cancel();
    seen = captured;
  });
  run_once();
  EXPECT_TRUE(self.cancelled());
  EXPECT_EQ(seen, captured);
}

TEST_F(HandleTests, test_callback_with_exception) {
  loop.call_soon(fail);
  run_once();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].message.find("Exception in callback "), 0u);
  EXPECT_EQ(describe(told[0].exception), "std::invalid_argument: no");
}

TEST_F(HandleTests, test_handle_repr) {
  const unsigned line = std::source_location::current().line() + 1;
  loop.call_soon(fail);
  run_once();
  EXPECT_EQ(told.at(0).source, "<Handle created at " + place(line));
}

TEST_F(HandleTests, test_handle_repr_debug) {
  NEEDS_DEBUG_MODE();
  loop.set_debug(true);
  loop.set_slow_callback_duration(0s);
  const unsigned line = std::source_location::current().line() + 1;
  handle cancelled = loop.call_soon(fail);
  cancelled.cancel();
  run_once();
  EXPECT_TRUE(logged.contains("Executing <Handle cancelled created at " + place(line)));
  EXPECT_TRUE(told.empty());
}

TEST_F(HandleTests, test_handle_source_traceback) {
  const unsigned line = std::source_location::current().line() + 1;
  loop.call_soon(fail);
  loop.call_soon_threadsafe(fail);
  loop.call_later(0s, fail);
  loop.call_at(loop.time(), fail);
  run_briefly();
  ASSERT_EQ(told.size(), 4u);
  for (unsigned i = 0; i < 4; ++i)
    EXPECT_EQ(told[i].source, (i < 2 ? "<Handle created at " : "<TimerHandle created at ") + place(line + i));
}

class TimerTests : public HandleTests {};

TEST_F(TimerTests, test_when) {
  const time_point when = loop.time() + 5s;
  EXPECT_EQ(loop.call_at(when, [] {}).when(), when);
  EXPECT_EQ(loop.call_later(5s, [] {}).when(), when);
}

TEST_F(TimerTests, test_timer) {
  const auto captured = std::make_shared<int>(0);
  timer_handle timer = loop.call_later(5s, [captured] {});
  EXPECT_FALSE(timer.cancelled());
  timer.cancel();
  EXPECT_TRUE(timer.cancelled());
  EXPECT_EQ(captured.use_count(), 1);
  EXPECT_EQ(loop.timers().cancelled(), 1u);
  timer.cancel();
  EXPECT_EQ(loop.timers().cancelled(), 1u);
}

// Cancelling what has been called, or waits in the ready queue, is no bookkeeping of the heap.
TEST_F(TimerTests, test_timer__cancelled_late) {
  timer_handle timer = loop.call_later(0s, [] {});
  run_once();
  timer.cancel();
  EXPECT_EQ(loop.timers().cancelled(), 0u);

  timer_handle second;
  loop.call_later(0s, [&] { second.cancel(); });
  second = loop.call_later(0s, [] { FAIL() << "it was cancelled"; });
  run_once();
  EXPECT_EQ(loop.timers().cancelled(), 0u);
}

TEST_F(TimerTests, test_timer_repr) {
  const unsigned line = std::source_location::current().line() + 1;
  loop.call_later(0s, fail);
  run_once();
  EXPECT_EQ(told.at(0).source, "<TimerHandle created at " + place(line));
}

TEST_F(TimerTests, test_timer_repr_debug) {
  NEEDS_DEBUG_MODE();
  loop.set_debug(true);
  loop.set_slow_callback_duration(0s);
  timer_handle second;
  loop.call_later(0s, [&] { second.cancel(); });
  const unsigned line = std::source_location::current().line() + 1;
  second = loop.call_later(0s, fail);
  run_once();
  EXPECT_TRUE(logged.contains("Executing <TimerHandle cancelled created at " + place(line)));
}

// Not CPython's: what a callable captures may want more alignment than malloc gives.
TEST_F(virtual_loop, callback_with_a_wide_capture) {
  struct alignas(64) wide {
    int value = 42;
  };
  bool aligned = false;
  for (int time = 0; time < 8; ++time) {
    loop.call_soon([captured = wide(), &aligned] {
      aligned = captured.value == 42 && reinterpret_cast<std::uintptr_t>(&captured) % alignof(wide) == 0;
    });
    aligned = false;
    run_once();
    EXPECT_TRUE(aligned);
  }
}

}  // namespace
}  // namespace coroguard
