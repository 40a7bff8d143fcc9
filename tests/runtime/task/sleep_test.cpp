#include <coroguard/task/sleep.hpp>

#include <cmath>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

class SleepTests : public virtual_loop {};

TEST_F(SleepTests, test_sleep_zero) {
  int turns = 0;
  loop.call_soon([&] { ++turns; });
  EXPECT_EQ(run(sleep(seconds(0), 10)), 10);
  EXPECT_EQ(turns, 1);
  EXPECT_EQ(now(), 0);
}

TEST_F(SleepTests, test_sleep) {
  EXPECT_EQ(run(sleep(seconds(3600), std::string("yeah"))), "yeah");
  EXPECT_EQ(now(), 3600);
}

TEST_F(SleepTests, test_sleep_when_delay_is_nan) {
  EXPECT_THROW(run(sleep(seconds(std::nan("")))), std::invalid_argument);
}

}  // namespace
}  // namespace coroguard
