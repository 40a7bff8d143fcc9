// BaseEventLoopWithSelectorTests of CPython's test_base_events, without its transports.
#include <chrono>
#include <coroguard/task/sleep.hpp>
#include <regex>
#include <string>

#include "loop/scripted_loop.hpp"
#include "needs_debug_mode.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class BaseEventLoopWithSelectorTests : public virtual_loop {
protected:
  ::testing::AssertionResult last_line_matches(const std::string& pattern) {
    if (logged.lines.empty()) return ::testing::AssertionFailure() << "nothing was logged";
    if (std::regex_search(logged.lines.back(), std::regex(pattern))) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << logged.lines.back();
  }
};

// Debug mode of asyncio refuses coroutines where a callback is wanted; here the compiler does.
TEST_F(BaseEventLoopWithSelectorTests, test_call_coroutine) {
  static_assert(!loop_callback<coro<void> (*)()>);
  static_assert(!loop_callback<coro<void>>);
  const auto lambda = []() -> coro<int> { co_return 1; };
  static_assert(!loop_callback<decltype(lambda)>);
}

coro<void> stop_loop_coro(event_loop& loop) {
  loop.stop();
  co_return;
}

TEST_F(BaseEventLoopWithSelectorTests, test_log_slow_callbacks) {
  NEEDS_DEBUG_MODE();
  loop.set_debug(true);
  loop.set_slow_callback_duration(0s);
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  EXPECT_TRUE(last_line_matches("^Executing <Handle created at .*slow_callback_test.cpp:[0-9]+> took 0.000 seconds .slow-callback.$"));

  const task<void> slow = loop.create_task(stop_loop_coro(loop));
  loop.run_forever();
  EXPECT_TRUE(last_line_matches("^Executing <Task .*stop_loop_coro.*> took 0.000 seconds .slow-callback.$"));
  EXPECT_EQ(logged.levels.back(), log_level::warning);
}

TEST_F(BaseEventLoopWithSelectorTests, test_log_slow_callbacks__threshold) {
  NEEDS_DEBUG_MODE();
  scripted_loop scripted;
  scripted.loop.set_debug(true);
  EXPECT_DOUBLE_EQ(scripted.loop.slow_callback_duration().count(), 0.1);
  scripted.loop.call_soon([&] { scripted.clock.advance(99ms); });
  scripted.run_once();
  EXPECT_TRUE(logged.lines.empty());
  scripted.loop.call_soon([&] { scripted.clock.advance(100ms); });
  scripted.run_once();
  EXPECT_TRUE(last_line_matches("took 0.100 seconds .slow-callback.$"));
  scripted.loop.set_debug(false);
  scripted.loop.call_soon([&] { scripted.clock.advance(1s); });
  scripted.run_once();
  EXPECT_EQ(logged.lines.size(), 1u);
}

}  // namespace
}  // namespace coroguard
