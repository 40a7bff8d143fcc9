// What CPython does not test about gather.
#include <algorithm>
#include <list>
#include <memory>
#include <ranges>

#include "gather_fixture.hpp"

namespace coroguard {
namespace {

class gather_tests : public GatherTestsBase {};

TEST_F(gather_tests, of_different_types_void_references_and_what_can_only_be_moved) {
  int referred = 5;
  const auto reference = [&]() -> coro<int&> { co_return referred; };
  const auto body = [&]() -> coro<void> {
    auto [text, nothing, number, moved] =
        co_await gather(return_value<std::string>("text"), do_nothing(), reference(), return_value(std::make_unique<int>(7)));
    EXPECT_EQ(text, "text");
    EXPECT_EQ(&number.get(), &referred);
    EXPECT_EQ(*moved, 7);
    auto [outcome_of_nothing, outcome_of_number] = co_await gather(return_exceptions, do_nothing(), reference());
    EXPECT_TRUE(outcome_of_nothing.has_value());
    EXPECT_EQ(&outcome_of_number.value().get(), &referred);
  };
  run(body());
}

TEST_F(gather_tests, of_a_view_that_makes_coroutines) {
  const auto body = []() -> coro<std::vector<int>> {
    auto made = std::views::iota(0, 5) | std::views::transform([](int i) { return sleep(seconds(5 - i), i * i); });
    co_return co_await gather(made);
  };
  EXPECT_EQ(run(body()), (std::vector<int>{0, 1, 4, 9, 16}));
  EXPECT_EQ(now(), 5);
}

TEST_F(gather_tests, of_a_list_of_what_can_only_be_moved) {
  const auto body = []() -> coro<int> {
    std::list<coro<std::unique_ptr<int>>> made;
    for (int i = 0; i < 3; ++i) made.push_back(return_value(std::make_unique<int>(i)));
    const std::vector<std::unique_ptr<int>> results = co_await gather(std::move(made));
    co_return *results[0] + *results[1] + *results[2];
  };
  EXPECT_EQ(run(body()), 3);
}

TEST_F(gather_tests, begins_children_in_order) {
  keeps_order();
  std::string order;
  const auto child = [&](char name) -> coro<void> {
    order += name;
    co_await sleep(seconds(0));
    order += name;
  };
  const auto body = [&]() -> coro<void> { co_await gather(child('a'), child('b'), child('c')); };
  run(body());
  EXPECT_EQ(order, "abcabc");
}

TEST_F(gather_tests, is_cancelled_only_when_all_children_are_done) {
  const future<void> lets_go = new_future();
  const auto stubborn = [&]() -> coro<int> {
    try {
      co_await sleep(seconds(10));
    } catch (const cancelled_error&) {
    }
    co_await lets_go;
    co_return 1;
  };
  const auto body = [&]() -> coro<void> { co_await gather(return_exceptions, stubborn(), sleep(seconds(10))); };
  const task<void> t = new_task(body());
  run_briefly();
  EXPECT_TRUE(t.cancel("enough"));
  run_briefly();
  run_briefly();
  EXPECT_FALSE(t.done());
  lets_go.set_result();
  // Even with return_exceptions, and although one child went on: the request wins.
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "enough");
}

TEST_F(gather_tests, cancels_a_child_twice_that_was_given_twice) {
  const task<void> child = new_task(sleep(seconds(10)));
  const auto outer = gather(child, child);
  run_briefly();
  EXPECT_TRUE(outer.cancel());
  EXPECT_EQ(child.cancelling(), 2);
  EXPECT_THROW(run(outer), cancelled_error);
}

TEST_F(gather_tests, is_asked_for_its_error_though_it_was_cancelled_when_done) {
  {
    const auto one = futures(1);
    const auto outer = gather(one);
    one[0].set_exception(std::domain_error("lost"));
    run_briefly();
    EXPECT_FALSE(outer.cancel());
  }
  EXPECT_TRUE(logged.contains("_GatheringFuture exception was never retrieved"));
}

TEST_F(gather_tests, that_is_cancelled_knows_the_errors_of_children_that_are_done) {
  {
    const auto fails = []() -> coro<void> {
      throw std::domain_error("known");
      co_return;
    };
    const task<void> failed = new_task(fails());
    run_briefly();
    const auto outer = gather(return_exceptions, failed, new_future());
    EXPECT_TRUE(outer.cancel());
  }
  EXPECT_FALSE(logged.contains("Task exception was never retrieved"));
}

TEST_F(gather_tests, when_done_cancels_nothing) {
  const auto two = futures(2);
  const auto outer = gather(two);
  two[0].set_exception(std::domain_error("first"));
  run_briefly();
  EXPECT_TRUE(outer.done());
  EXPECT_FALSE(outer.cancel());
  EXPECT_FALSE(two[1].done());
  EXPECT_THROW(outer.result(), std::domain_error);
}

TEST_F(gather_tests, calls_back_though_nobody_holds_it) {
  int sum = 0;
  const auto body = [&]() -> coro<void> {
    gather(sleep(seconds(1), 1), sleep(seconds(2), 2)).add_done_callback([&](const future<std::tuple<int, int>>& done) {
      sum = std::get<0>(done.result()) + std::get<1>(done.result());
    });
    co_return;
  };
  run(body());
  run(sleep(seconds(3)));
  EXPECT_EQ(sum, 3);
}

TEST_F(gather_tests, reports_an_error_that_nobody_asks_for) {
  const auto body = [&]() -> coro<void> {
    static_cast<void>(gather(fail_once_done(new_future())));
    const future<void> now = new_future();
    now.set_result();
    static_cast<void>(gather(fail_once_done(now)));
    co_return;
  };
  run(body());
  run_briefly();
  run_briefly();
  EXPECT_TRUE(logged.contains("_GatheringFuture exception was never retrieved"));
  EXPECT_FALSE(logged.contains("Task exception was never retrieved"));
}

TEST_F(gather_tests, of_futures_that_nobody_else_holds_can_be_cancelled) {
  const auto body = [&]() -> coro<void> { co_await gather(new_future(), new_future()); };
  const task<void> t = new_task(body());
  run_briefly();
  EXPECT_FALSE(t.done());
  EXPECT_TRUE(t.cancel("lost"));
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "lost");
}

TEST_F(gather_tests, of_gatherings) {
  const auto four = futures(4);
  const auto outer = gather(gather(four[0], four[1]), gather(four[2], four[3]));
  for (int i = 0; i < 4; ++i) four[i].set_result(i);
  EXPECT_EQ(run(outer), std::tuple(std::tuple(0, 1), std::tuple(2, 3)));
  const auto cancelled = gather(gather(new_task(sleep(seconds(1)))), new_task(sleep(seconds(1))));
  EXPECT_TRUE(cancelled.cancel());
  EXPECT_THROW(run(cancelled), cancelled_error);
}

TEST_F(gather_tests, of_a_thousand) {
  const auto body = []() -> coro<long> {
    auto made = std::views::iota(0, 1000) | std::views::transform([](int i) { return return_value(i); });
    long sum = 0;
    const std::vector<int> results = co_await gather(made);
    for (const int one : results) sum += one;
    co_return sum;
  };
  EXPECT_EQ(run(body()), 499500);
}

TEST_F(gather_tests, with_eager_tasks_that_end_while_others_are_added) {
  loop.set_task_factory(eager_task_factory);
  const future<int> shared = new_future<int>();
  const auto ends_it = [&]() -> coro<int> {
    shared.set_result(1);
    co_return 2;
  };
  const auto body = [&]() -> coro<std::tuple<int, int, int>> { co_return co_await gather(shared, ends_it(), shared); };
  EXPECT_EQ(run(body()), std::tuple(1, 2, 1));
}

TEST_F(gather_tests, whose_children_all_ended_at_once_is_done) {
  loop.set_task_factory(eager_task_factory);
  const auto body = []() -> coro<bool> { co_return gather(return_value(1), return_value(2)).done(); };
  EXPECT_TRUE(run(body()));
}

TEST_F(gather_tests, goes_away_with_its_loop) {
  const auto body = []() -> coro<void> { co_await gather(sleep(seconds(1)), sleep(seconds(2))); };
  const task<void> t = new_task(body());
  const auto four = futures(4);
  const auto held = gather(four);
  run_briefly();
  four[0].set_result(1);
  loop.close();
  EXPECT_FALSE(held.done());
  four[1].set_result(2);
  EXPECT_TRUE(held.cancel());
  EXPECT_FALSE(held.done());
  // The children of gather are its own: only the task that awaits it is reported.
  EXPECT_EQ(std::ranges::count_if(logged.lines, [](const std::string& line) { return line.starts_with("Task was destroyed"); }), 1);
}

}  // namespace
}  // namespace coroguard
