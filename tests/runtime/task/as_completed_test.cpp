#include <coroguard/task/as_completed.hpp>
#include <coroguard/task/wait.hpp>

#include <algorithm>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

coro<char> letter_after(double delay, char letter) { return sleep(seconds(delay), letter); }

// The results, in the order in which they came, by both ways of iterating.
template <class Range>
coro<std::string> by_plain_iteration(Range awaitables) {
  std::string letters;
  for (coro<char> one : as_completed(awaitables)) letters += co_await one;
  co_return letters;
}
template <class Range>
coro<std::string> by_next(Range awaitables) {
  std::string letters;
  auto done = as_completed(awaitables);
  while (auto one = co_await done.next()) letters += one->result();
  co_return letters;
}

std::vector<coro<char>> three_letters() {
  std::vector<coro<char>> made;
  made.push_back(letter_after(0.02, 'b'));
  made.push_back(letter_after(0.15, 'c'));
  made.push_back(letter_after(0.01, 'a'));
  return made;
}

TEST_F(BaseTaskTests, test_as_completed) {
  EXPECT_EQ(run(by_plain_iteration(three_letters())), "abc");
  EXPECT_NEAR(now(), 0.15, 1e-6);
  EXPECT_EQ(run(by_next(three_letters())), "abc");
  EXPECT_NEAR(now(), 0.30, 1e-6);
}

TEST_F(BaseTaskTests, test_as_completed_same_tasks_in_as_out) {
  const auto body = [&]() -> coro<bool> {
    std::vector<task<char>> in{new_task(letter_after(0.2, 'd')), new_task(letter_after(0.1, 'b'))};
    std::vector<task<char>> out;
    auto done = as_completed(in);
    while (auto one = co_await done.next()) out.push_back(*one);
    co_return out == std::vector{in[1], in[0]};
  };
  EXPECT_TRUE(run(body()));
}

TEST_F(BaseTaskTests, test_as_completed_with_timeout) {
  const auto plainly = [&]() -> coro<std::string> {
    std::string seen;
    const std::vector<task<char>> two{new_task(letter_after(0.1, 'a')), new_task(letter_after(0.15, 'b'))};
    for (coro<char> one : as_completed(two, seconds(0.12))) {
      try {
        seen += co_await one;
      } catch (const timeout_error&) {
        seen += '!';
      }
    }
    EXPECT_FALSE(two[1].done());
    co_return seen;
  };
  EXPECT_EQ(run(plainly()), "a!");
  EXPECT_NEAR(now(), 0.12, 1e-6);
  run_briefly();
  const auto by_next = [&]() -> coro<std::string> {
    std::string seen;
    const std::vector<task<char>> two{new_task(letter_after(0.1, 'a')), new_task(letter_after(0.15, 'b'))};
    auto done = as_completed(two, seconds(0.12));
    try {
      while (auto one = co_await done.next()) seen += one->result();
    } catch (const timeout_error&) {
      seen += '!';
    }
    co_return seen;
  };
  EXPECT_EQ(run(by_next()), "a!");
  EXPECT_NEAR(now(), 0.24, 1e-6);
  for (const task_base& left : all_tasks(loop)) left.cancel();
  run_briefly();
}

TEST_F(BaseTaskTests, test_as_completed_with_timeout__each_missing_one) {
  const auto body = [&]() -> coro<int> {
    int missing = 0;
    const std::vector<future<int>> three{new_future<int>(), new_future<int>(), new_future<int>()};
    for (coro<int> one : as_completed(three, seconds(1))) {
      try {
        co_await one;
      } catch (const timeout_error&) {
        ++missing;
      }
    }
    co_return missing;
  };
  EXPECT_EQ(run(body()), 3);
  EXPECT_NEAR(now(), 1, 1e-6);
}

TEST_F(BaseTaskTests, test_as_completed_with_unused_timeout) {
  const auto body = []() -> coro<void> {
    std::vector<coro<char>> one;
    one.push_back(letter_after(0.01, 'a'));
    for (coro<char> earliest : as_completed(one, seconds(1))) {
      const char letter = co_await earliest;
      EXPECT_EQ(letter, 'a');
    }
  };
  run(body());
  run(sleep(seconds(2)));  // the timer is gone: nothing waits for it
  EXPECT_NEAR(now(), 2.01, 1e-6);
}

std::vector<coro<int>> four_numbers() {
  std::vector<coro<int>> made;
  for (int i = 0; i < 4; ++i) made.push_back(return_value(i));
  return made;
}

TEST_F(BaseTaskTests, test_as_completed_resume_iterator) {
  keeps_order();
  const auto plainly = []() -> coro<std::vector<int>> {
    std::vector<int> seen;
    auto done = as_completed(four_numbers());
    for (coro<int> one : done) {
      seen.push_back(co_await one);
      if (seen.size() == 2) break;
    }
    EXPECT_EQ(seen.size(), 2u);
    for (coro<int> one : done) seen.push_back(co_await one);
    co_return seen;
  };
  EXPECT_EQ(run(plainly()), (std::vector<int>{0, 1, 2, 3}));
  const auto by_next = []() -> coro<std::vector<int>> {
    std::vector<int> seen;
    auto done = as_completed(four_numbers());
    while (auto one = co_await done.next()) seen.push_back(one->result());
    const auto after_the_end = co_await done.next();
    EXPECT_FALSE(after_the_end.has_value());
    co_return seen;
  };
  EXPECT_EQ(run(by_next()), (std::vector<int>{0, 1, 2, 3}));
}

TEST_F(BaseTaskTests, test_as_completed_reverse_wait) {
  const auto body = [&]() -> coro<void> {
    std::vector<coro<char>> made;
    made.push_back(letter_after(0.05, 'a'));
    made.push_back(letter_after(0.10, 'b'));
    std::vector<coro<char>> completed;
    for (coro<char> one : as_completed(made)) completed.push_back(std::move(one));
    EXPECT_EQ(completed.size(), 2u);
    const char first = co_await completed[1];
    EXPECT_EQ(first, 'a');
    EXPECT_NEAR(now(), 0.05, 1e-6);
    const char second = co_await completed[0];
    EXPECT_EQ(second, 'b');
    EXPECT_NEAR(now(), 0.10, 1e-6);
  };
  run(body());
}

TEST_F(BaseTaskTests, test_as_completed_concurrent) {
  const auto body = [&]() -> coro<std::string> {
    std::vector<coro<char>> made;
    made.push_back(letter_after(0.05, 'a'));
    made.push_back(letter_after(0.05, 'b'));
    std::vector<task<char>> completed;
    for (coro<char> one : as_completed(made)) completed.push_back(create_task(std::move(one)));
    const auto result = co_await wait(completed);
    std::string letters;
    for (const task<char>& one : result.done) letters += one.result();
    std::ranges::sort(letters);
    co_return letters;
  };
  EXPECT_EQ(run(body()), "ab");
  EXPECT_NEAR(now(), 0.05, 1e-6);
}

TEST_F(BaseTaskTests, test_as_completed_duplicate_coroutines) {
  keeps_order();
  const task<char> ham = new_task(return_value('h'));
  const task<char> spam = new_task(return_value('s'));
  EXPECT_EQ(run(by_plain_iteration(std::vector{ham, ham, spam})), "hs");
  EXPECT_EQ(run(by_next(std::vector{ham, ham, spam})), "hs");
}

TEST_F(BaseTaskTests, test_as_completed_coroutine_without_loop) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { as_completed(four_numbers()); })), "no running event loop");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(BaseTaskTests, test_as_completed_coroutine_use_running_loop) {
  keeps_order();
  const auto body = []() -> coro<int> {
    auto done = as_completed(four_numbers());
    const auto first = co_await done.next();
    EXPECT_EQ(&first->get_loop(), &get_running_loop());
    co_return first->result();
  };
  EXPECT_EQ(run(body()), 0);
}

template <class T>
concept can_be_iterated_as_completed = requires(T value) { as_completed(value); };

TEST_F(BaseTaskTests, test_as_completed_invalid_args) {
  EXPECT_FALSE(can_be_iterated_as_completed<future<int>>);
  EXPECT_FALSE(can_be_iterated_as_completed<coro<int>>);
  EXPECT_TRUE(can_be_iterated_as_completed<std::vector<coro<int>>>);
}

class as_completed_tests : public BaseTaskTests {};

TEST_F(as_completed_tests, of_futures_of_different_types) {
  const auto body = [&]() -> coro<void> {
    const future<int> a = new_future<int>();
    const future<char> b = new_future<char>();
    loop.call_soon([=] { b.set_result('b'); });
    auto done = as_completed(std::vector<future_base>{a, b});
    const std::optional<future_base> first = co_await done.next();
    EXPECT_EQ(*first, b);
  };
  run(body());
}

// Each coroutine once had a list of all futures of its own: with these it took a minute.
TEST_F(as_completed_tests, of_many) {
  constexpr int many = 20'000;
  std::vector<task<void>> tasks;
  for (int i = 0; i < many; ++i) tasks.push_back(loop.create_task(sleep(seconds(0))));
  int got = 0;
  run([](std::vector<task<void>>& all, int& count) -> coro<void> {
    for (coro<void> next : as_completed(all)) {
      co_await next;
      ++count;
    }
  }(tasks, got));
  EXPECT_EQ(got, many);
}

TEST_F(as_completed_tests, dropped_before_the_end_leaves_no_callback) {
  const future<int> pending = new_future<int>();
  const auto body = [&]() -> coro<void> {
    auto done = as_completed(std::vector{pending}, seconds(5));
    EXPECT_NE(pending.state().first_callback(), nullptr);
    co_return;
  };
  run(body());
  EXPECT_EQ(pending.state().first_callback(), nullptr);
  EXPECT_FALSE(pending.done());
}

// What ended for a waiter that was cancelled in the same turn is given to the next waiter.
TEST_F(as_completed_tests, a_cancelled_waiter_takes_nothing_away) {
  const future<int> a = new_future<int>();
  const future<int> b = new_future<int>();
  task<int> first;
  task<int> second;
  const auto body = [&]() -> coro<void> {
    std::vector<coro<int>> completed;
    for (coro<int> one : as_completed(std::vector{a, b})) completed.push_back(std::move(one));
    first = create_task(std::move(completed[0]));
    second = create_task(std::move(completed[1]));
    co_return;
  };
  run(body());
  run_briefly();
  a.set_result(1);
  run_once();  // the callback, which wakes the first
  first.cancel();
  EXPECT_EQ(run(second), 1);
  EXPECT_TRUE(first.cancelled());
}

TEST_F(as_completed_tests, rejects_a_future_of_another_loop) {
  event_loop other(virtual_time());
  const auto body = [&]() -> coro<void> {
    EXPECT_THROW(as_completed(std::vector{other.create_future<int>()}), std::invalid_argument);
    co_return;
  };
  run(body());
}

}  // namespace
}  // namespace coroguard
