// A user's test: hours pass in no time, and whatever debug mode reports fails the test.
#include <coroguard/testing.hpp>

#include <gtest/gtest.h>

#include <string>

#include "client.hpp"

using namespace std::chrono_literals;
using coroguard::coro;

const coroguard::testing::reports_fail_tests installed;
// Where other programs may keep the machine from running the tests.
const coroguard::testing::allow_reports busy_machine{"slow-callback", {.containing = "preempted"}};

coro<std::string> no_answer() { co_return co_await coroguard::get_running_loop().create_future<std::string>(); }

coro<std::string> slow_answer() {
  co_await coroguard::sleep(59min);
  co_return "late";
}

TEST(client, gives_up_after_three_hours) {
  coroguard::testing::virtual_loop loop;
  EXPECT_THROW(loop.run(fetch_patiently(no_answer, 3)), coroguard::timeout_error);
  EXPECT_EQ(loop.now(), 3h);
}

TEST(client, takes_an_answer_within_the_hour) {
  coroguard::testing::virtual_loop loop;
  EXPECT_EQ(loop.run(fetch_patiently(slow_answer, 1)), "late");
  EXPECT_EQ(loop.now(), 59min);
}

TEST(client, is_still_there_before_the_hour_is_over) {
  coroguard::testing::virtual_loop loop;
  const coroguard::task<std::string> asked = loop->create_task(fetch_patiently(no_answer, 1));
  loop.advance(59min);
  EXPECT_FALSE(asked.done());
  loop.advance(1min);
  ASSERT_TRUE(asked.done());
  EXPECT_THROW(asked.result(), coroguard::timeout_error);
}

TEST(client, that_is_never_awaited_is_reported) {
  const coroguard::testing::expect_report expected{"unawaited-coroutine", {.containing = "fetch_patiently"}};
  const coro<std::string> forgotten = fetch_patiently(no_answer, 1);
}
