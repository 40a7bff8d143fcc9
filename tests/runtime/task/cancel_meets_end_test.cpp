// A task is cancelled in the turn in which what it awaits ends.
#include <coroguard/task/shield.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

class cancel_meets_end : public BaseTaskTests {};

TEST_F(cancel_meets_end, the_cancellation_of_the_future_goes_first) {
  const future<int> awaited = new_future<int>();
  const task<int> t = new_task(await_future(awaited));
  run_briefly();
  awaited.cancel("of the future");
  t.cancel("of the task");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "of the future");
  EXPECT_EQ(t.cancelling(), 1);
}

TEST_F(cancel_meets_end, a_cancelled_error_as_the_exception_of_the_future_goes_first) {
  const future<int> awaited = new_future<int>();
  const task<int> t = new_task(await_future(awaited));
  run_briefly();
  awaited.set_exception(cancelled_error("of the future"));
  t.cancel("of the task");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "of the future");
}

TEST_F(cancel_meets_end, the_first_of_two_requests_ends_a_sleep) {
  const task<void> t = new_task(sleep(seconds(1)));
  run_briefly();
  t.cancel("first");
  t.cancel("second");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "first");
  EXPECT_EQ(t.cancelling(), 2);
}

TEST_F(cancel_meets_end, is_told_once) {
  const future<void> awaited = new_future();
  bool went_on = false;
  const auto body = [&]() -> coro<void> {
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(awaited)));
    co_await sleep(seconds(0));
    went_on = true;
  };
  const task<void> t = new_task(body());
  run_briefly();
  awaited.cancel();
  t.cancel();
  run(t);
  EXPECT_TRUE(went_on);
}

TEST_F(cancel_meets_end, an_error_gives_way_and_counts_as_retrieved) {
  {
    const future<int> awaited = new_future<int>();
    const task<int> t = new_task(await_future(awaited));
    run_briefly();
    awaited.set_exception(std::domain_error("lost"));
    t.cancel("of the task");
    EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "of the task");
  }
  EXPECT_TRUE(logged.lines.empty());
}

// What the cancelled task does next comes after the shield has forgotten its inner future.
TEST_F(cancel_meets_end, of_a_shield_it_forgets_first) {
  keeps_order();
  {
    const future<void> inner = new_future();
    const auto body = [&]() -> coro<void> {
      const future<void> outer = shield(inner);
      static_cast<void>(co_await thrown_by(outer));
      inner.set_exception(std::domain_error("nobody's"));
    };
    const task<void> t = new_task(body());
    run_briefly();
    t.cancel();
    run(t);
    run_briefly();
  }
  EXPECT_TRUE(logged.contains("Future exception was never retrieved"));
}

}  // namespace
}  // namespace coroguard
