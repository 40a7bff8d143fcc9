#include <coroguard/task/sleep.hpp>

#include <cmath>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

class SleepTests : public BaseTaskTests {};

TEST_F(SleepTests, test_sleep_zero) {
  keeps_order();
  int result = 0;
  const auto body = [&]() -> coro<void> {
    loop.call_soon([&] { result += 1; });
    EXPECT_EQ(result, 0);
    const int slept = co_await sleep(seconds(0), 10);
    EXPECT_EQ(result, 1);
    result += slept;
  };
  run(body());
  EXPECT_EQ(result, 11);
  EXPECT_EQ(now(), 0);
}

TEST_F(BaseTaskTests, test_sleep) {
  const auto body = []() -> coro<std::string> {
    co_await sleep(seconds(1800));
    co_return co_await sleep(seconds(1800), std::string("yeah"));
  };
  EXPECT_EQ(run(body()), "yeah");
  EXPECT_EQ(now(), 3600);
}

TEST_F(BaseTaskTests, test_sleep_when_delay_is_nan) {
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { run(sleep(seconds(std::nan("")))); })),
            "Invalid delay: NaN (not a number)");
}

TEST_F(BaseTaskTests, test_sleep_cancel) {
  const task<std::string> t = new_task(sleep(seconds(10), std::string("yeah")));
  run_briefly();
  EXPECT_FALSE(loop.timers().empty());
  t.cancel();
  run_briefly();
  EXPECT_TRUE(t.cancelled());
  EXPECT_TRUE(loop.timers().empty());
  EXPECT_EQ(now(), 0);
}

}  // namespace
}  // namespace coroguard
