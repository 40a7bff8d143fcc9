#include <coroguard/task/wait.hpp>

#include <algorithm>
#include <limits>
#include <ranges>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

using tasks = std::vector<task<void>>;
using both = wait_result<task<void>>;

coro<void> fail_after(seconds delay) {
  if (delay > seconds(0)) co_await sleep(delay);
  throw std::domain_error("err");
}

class wait_tests : public BaseTaskTests {};

TEST_F(BaseTaskTests, test_wait) {
  const task<void> a = new_task(sleep(seconds(0.1)));
  const task<void> b = new_task(sleep(seconds(0.15)));
  both result = run(wait(tasks{b, a}));
  EXPECT_EQ(result.done, (tasks{b, a}));
  EXPECT_TRUE(result.pending.empty());
  EXPECT_NEAR(now(), 0.15, 1e-6);
  // Again: no time passes.
  result = run(wait(tasks{b, a}));
  EXPECT_EQ(result.done.size(), 2u);
  EXPECT_NEAR(now(), 0.15, 1e-6);
}

TEST_F(BaseTaskTests, test_wait_duplicate_coroutines) {
  const task<std::string> twice = new_task(return_value<std::string>("test"));
  const task<std::string> other = new_task(return_value<std::string>("spam"));
  const auto result = run(wait(std::vector{twice, twice, other}));
  EXPECT_TRUE(result.pending.empty());
  ASSERT_EQ(result.done.size(), 2u);
  EXPECT_EQ(result.done[0].result(), "test");
  EXPECT_EQ(result.done[1].result(), "spam");
}

TEST_F(BaseTaskTests, test_wait_errors) {
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { run(wait(tasks())); })), "Set of Tasks/Futures is empty.");
}

TEST_F(BaseTaskTests, test_wait_errors__future_of_another_loop) {
  event_loop other(virtual_time());
  const std::vector<future<int>> foreign{other.create_future<int>()};
  EXPECT_THROW(run(wait(foreign)), std::invalid_argument);
}

TEST_F(BaseTaskTests, test_wait_first_completed) {
  const task<void> a = new_task(sleep(seconds(10)));
  const task<void> b = new_task(sleep(seconds(0.1)));
  const both result = run(wait(tasks{b, a}, {.return_when = return_when::first_completed}));
  EXPECT_EQ(result.done, tasks{b});
  EXPECT_EQ(result.pending, tasks{a});
  EXPECT_FALSE(a.done());
  EXPECT_NEAR(now(), 0.1, 1e-6);
  run(wait(tasks{a, b}));
  EXPECT_NEAR(now(), 10, 1e-6);
}

TEST_F(BaseTaskTests, test_wait_really_done) {
  const auto turns = [](int count) -> coro<void> {
    while (count-- > 0) co_await sleep(seconds(0));
  };
  const task<void> a = new_task(turns(1));
  const task<void> b = new_task(turns(2));
  // Both are done when the wait ends, although only the first one's callback ended it.
  const both result = run(wait(tasks{b, a}, {.return_when = return_when::first_completed}));
  EXPECT_EQ(result.done, (tasks{b, a}));
  EXPECT_TRUE(result.pending.empty());
}

TEST_F(BaseTaskTests, test_wait_first_exception) {
  const task<void> a = new_task(sleep(seconds(10)));
  const task<void> b = new_task(fail_after(seconds(0)));
  const both result = run(wait(tasks{b, a}, {.return_when = return_when::first_exception}));
  EXPECT_EQ(result.done, tasks{b});
  EXPECT_EQ(result.pending, tasks{a});
  EXPECT_EQ(now(), 0);
}

TEST_F(BaseTaskTests, test_wait_first_exception__ignores_a_cancellation) {
  const task<void> a = new_task(sleep(seconds(0.2)));
  const task<void> b = new_task(sleep(seconds(10)));
  loop.call_later(seconds(0.1), [&] { b.cancel(); });
  const both result = run(wait(tasks{a, b}, {.return_when = return_when::first_exception}));
  EXPECT_EQ(result.done.size(), 2u);
  EXPECT_NEAR(now(), 0.2, 1e-6);
}

TEST_F(BaseTaskTests, test_wait_first_exception_in_wait) {
  const task<void> a = new_task(sleep(seconds(10)));
  const task<void> b = new_task(fail_after(seconds(0.01)));
  const both result = run(wait(tasks{b, a}, {.return_when = return_when::first_exception}));
  EXPECT_EQ(result.done, tasks{b});
  EXPECT_EQ(result.pending, tasks{a});
  EXPECT_NEAR(now(), 0.01, 1e-6);
}

TEST_F(BaseTaskTests, test_wait_with_exception) {
  const task<void> a = new_task(sleep(seconds(0.1)));
  const task<void> b = new_task(fail_after(seconds(0.15)));
  for (int time = 0; time < 2; ++time) {
    const both result = run(wait(tasks{b, a}));
    EXPECT_EQ(result.done.size(), 2u);
    EXPECT_TRUE(result.pending.empty());
    EXPECT_EQ(std::ranges::count_if(result.done, [](const task<void>& t) { return t.exception() != nullptr; }), 1);
    EXPECT_NEAR(now(), 0.15, 1e-6);
  }
}

TEST_F(BaseTaskTests, test_wait_with_timeout) {
  const task<void> a = new_task(sleep(seconds(0.1)));
  const task<void> b = new_task(sleep(seconds(0.15)));
  const both result = run(wait(tasks{b, a}, {.timeout = seconds(0.11)}));
  EXPECT_EQ(result.done, tasks{a});
  EXPECT_EQ(result.pending, tasks{b});
  EXPECT_NEAR(now(), 0.11, 1e-6);
  EXPECT_FALSE(b.done());  // not cancelled
  run(wait(tasks{a, b}));
  EXPECT_FALSE(b.cancelled());
}

TEST_F(BaseTaskTests, test_wait_concurrent_complete) {
  keeps_order();
  const task<void> a = new_task(sleep(seconds(0.1)));
  const task<void> b = new_task(sleep(seconds(0.15)));
  const both result = run(wait(tasks{b, a}, {.timeout = seconds(0.1)}));
  EXPECT_EQ(result.done, tasks{a});
  EXPECT_EQ(result.pending, tasks{b});
  EXPECT_NEAR(now(), 0.1, 1e-6);
}

TEST_F(BaseTaskTests, test_wait_with_iterator_of_tasks) {
  const tasks held{new_task(sleep(seconds(0.1))), new_task(sleep(seconds(0.15)))};
  const both result = run(wait(std::ranges::subrange(held.begin(), held.end())));
  EXPECT_EQ(result.done, held);
  EXPECT_TRUE(result.pending.empty());
}

TEST_F(BaseTaskTests, test_wait_generator) {
  const auto body = [&]() -> coro<std::size_t> {
    auto made = std::views::iota(0, 10) | std::views::transform([&](int i) { return new_task(return_value(i)); });
    const auto result = co_await wait(made);
    EXPECT_TRUE(result.pending.empty());
    co_return result.done.size();
  };
  EXPECT_EQ(run(body()), 10u);
}

template <class T>
concept can_be_waited_for = requires(T value) { wait(value); };

TEST_F(BaseTaskTests, test_wait_invalid_args) {
  EXPECT_FALSE(can_be_waited_for<future<int>>);
  EXPECT_FALSE(can_be_waited_for<coro<int>>);
  EXPECT_FALSE(can_be_waited_for<std::vector<coro<int>>>);
  EXPECT_TRUE(can_be_waited_for<std::vector<future_base>>);
  EXPECT_THROW(run(wait(std::vector<future_base>())), std::invalid_argument);
}

TEST_F(wait_tests, of_futures_of_different_types) {
  const future<int> a = new_future<int>();
  const future<std::string> b = new_future<std::string>();
  loop.call_soon([&] { b.set_result("b"); });
  const auto result = run(wait(std::vector<future_base>{a, b}, {.return_when = return_when::first_completed}));
  EXPECT_EQ(result.done, std::vector<future_base>{b});
  EXPECT_EQ(result.pending, std::vector<future_base>{a});
}

TEST_F(wait_tests, leaves_no_callback_and_no_timer_behind) {
  const future<int> pending = new_future<int>();
  const std::vector<future<int>> one{pending};
  run(wait(one, {.timeout = seconds(1)}));
  EXPECT_EQ(pending.state().first_callback(), nullptr);
  const task<wait_result<future<int>>> waiting = loop.create_task(wait(one, {.timeout = seconds(100)}));
  run_briefly();
  EXPECT_NE(pending.state().first_callback(), nullptr);
  waiting.cancel();
  EXPECT_THROW(run(waiting), cancelled_error);
  EXPECT_EQ(pending.state().first_callback(), nullptr);
  run(sleep(seconds(0.5)));
  EXPECT_NEAR(now(), 1.5, 1e-6);
}

TEST_F(wait_tests, rejects_a_limit_that_is_no_number) {
  const std::vector<future<int>> one{new_future<int>()};
  EXPECT_THROW(run(wait(one, {.timeout = seconds(std::numeric_limits<double>::quiet_NaN())})), std::invalid_argument);
}

TEST_F(wait_tests, goes_away_with_its_loop) {
  const std::vector<future<int>> one{new_future<int>()};
  const auto waiting = loop.create_task(wait(one, {.timeout = seconds(5)}));
  run_briefly();
  loop.close();
  EXPECT_TRUE(logged.contains("Task was destroyed but it is pending!"));
  EXPECT_EQ(one[0].state().first_callback(), nullptr);
}

}  // namespace
}  // namespace coroguard
