// Long because it follows three classes of CPython: gathering futures and gathering coroutines.
#include <coroguard/task/gather.hpp>

#include <array>
#include <cstdlib>
#include <functional>
#include <list>
#include <memory>
#include <ranges>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

// Two loops; gathers futures as they are, or coroutines that await them.
class GatherTestsBase : public BaseTaskTests {
protected:
  event_loop other_loop{virtual_time()};

  std::vector<future<int>> futures(std::size_t count) {
    std::vector<future<int>> made;
    while (count-- > 0) made.push_back(loop.create_future<int>());
    return made;
  }
  static std::vector<coro<int>> wrapped(const std::vector<future<int>>& awaited) {
    std::vector<coro<int>> made;
    for (const future<int>& one : awaited) made.push_back(await_future(one));
    return made;
  }
  // gather called inside of the running loop, as coroutines need it.
  future<std::vector<int>> gather_coroutines(const std::vector<future<int>>& awaited) {
    const auto body = [&]() -> coro<future<std::vector<int>>> { co_return gather(wrapped(awaited)); };
    return run(body());
  }
  future<std::vector<outcome<int>>> gather_outcomes(const std::vector<future<int>>& awaited) {
    const auto body = [&]() -> coro<future<std::vector<outcome<int>>>> { co_return gather(return_exceptions, wrapped(awaited)); };
    return run(body());
  }

  template <class Result>
  void check_success(const std::vector<future<int>>& three, const future<Result>& outer,
                     const std::function<std::vector<int>(const Result&)>& values) {
    int called = 0;
    outer.add_done_callback([&](const future<Result>& done) {
      EXPECT_EQ(done, outer);
      ++called;
    });
    three[1].set_result(1);
    three[0].set_result(2);
    run_briefly();
    run_briefly();
    EXPECT_EQ(called, 0);
    EXPECT_FALSE(outer.done());
    three[2].set_result(3);
    run_briefly();
    run_briefly();
    EXPECT_EQ(called, 1);
    EXPECT_EQ(values(outer.result()), (std::vector<int>{2, 1, 3}));
  }

  void check_one_exception(const std::vector<future<int>>& five, const future_base& outer) {
    const auto error = std::make_exception_ptr(std::domain_error("zero"));
    five[0].set_result(1);
    five[1].set_exception(error);
    run_briefly();
    run_briefly();
    EXPECT_TRUE(outer.done());
    EXPECT_EQ(outer.exception(), error);
    five[2].set_result(3);
    five[3].cancel();
    five[4].set_exception(std::runtime_error("late"));
    run_briefly();
    run_briefly();
    EXPECT_EQ(outer.exception(), error);
  }

  void check_return_exceptions(const std::vector<future<int>>& four, const future<std::vector<outcome<int>>>& outer) {
    const auto first = std::make_exception_ptr(std::domain_error("zero"));
    const auto second = std::make_exception_ptr(std::runtime_error("two"));
    four[1].set_result(1);
    four[2].set_exception(first);
    four[0].set_result(3);
    run_briefly();
    run_briefly();
    EXPECT_FALSE(outer.done());
    four[3].set_exception(second);
    run_briefly();
    run_briefly();
    ASSERT_TRUE(outer.done());
    const std::vector<outcome<int>> result = outer.result();
    EXPECT_EQ(result[0].value(), 3);
    EXPECT_EQ(result[1].value(), 1);
    EXPECT_EQ(result[2].exception(), first);
    EXPECT_EQ(result[3].exception(), second);
    EXPECT_FALSE(result[3]);
    EXPECT_THROW(result[3].value(), std::runtime_error);
  }
};

using values = std::function<std::vector<int>(const std::vector<int>&)>;
std::vector<int> themselves(const std::vector<int>& result) { return result; }
std::vector<int> values_of(const std::vector<outcome<int>>& result) {
  std::vector<int> found;
  for (const outcome<int>& one : result) found.push_back(one.value());
  return found;
}

TEST_F(GatherTestsBase, test_success__futures) {
  const auto three = futures(3);
  check_success<std::vector<int>>(three, gather(three), themselves);
}
TEST_F(GatherTestsBase, test_success__coroutines) {
  const auto three = futures(3);
  check_success<std::vector<int>>(three, gather_coroutines(three), themselves);
}
TEST_F(GatherTestsBase, test_success__one_by_one) {
  const auto three = futures(3);
  check_success<std::tuple<int, int, int>>(three, gather(three[0], three[1], three[2]), [](const auto& result) {
    return std::vector<int>{std::get<0>(result), std::get<1>(result), std::get<2>(result)};
  });
}

TEST_F(GatherTestsBase, test_result_exception_success__futures) {
  const auto three = futures(3);
  check_success<std::vector<outcome<int>>>(three, gather(return_exceptions, three), values_of);
}
TEST_F(GatherTestsBase, test_result_exception_success__coroutines) {
  const auto three = futures(3);
  check_success<std::vector<outcome<int>>>(three, gather_outcomes(three), values_of);
}

TEST_F(GatherTestsBase, test_one_exception__futures) {
  {
    const auto five = futures(5);
    check_one_exception(five, gather(five));
  }
  EXPECT_TRUE(logged.lines.empty());  // late errors count as retrieved
}
TEST_F(GatherTestsBase, test_one_exception__coroutines) {
  {
    const auto five = futures(5);
    check_one_exception(five, gather_coroutines(five));
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(GatherTestsBase, test_return_exceptions__futures) {
  const auto four = futures(4);
  check_return_exceptions(four, gather(return_exceptions, four));
}
TEST_F(GatherTestsBase, test_return_exceptions__coroutines) {
  const auto four = futures(4);
  check_return_exceptions(four, gather_outcomes(four));
}

TEST_F(GatherTestsBase, test_env_var_debug) {
  const char* before = std::getenv("COROGUARD_DEBUG");
  const std::string kept = before == nullptr ? "" : before;
  unsetenv("COROGUARD_DEBUG");
  EXPECT_FALSE(event_loop(virtual_time()).get_debug());
  setenv("COROGUARD_DEBUG", "", 1);
  EXPECT_FALSE(event_loop(virtual_time()).get_debug());
  setenv("COROGUARD_DEBUG", "0", 1);
  EXPECT_FALSE(event_loop(virtual_time()).get_debug());
  setenv("COROGUARD_DEBUG", "1", 1);
  EXPECT_TRUE(event_loop(virtual_time()).get_debug());
  setenv("COROGUARD_DEBUG", kept.c_str(), 1);
}

class FutureGatherTests : public GatherTestsBase {};

TEST_F(FutureGatherTests, test_constructor_empty_sequence_without_loop) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)gather(std::vector<future<int>>()); })), "no running event loop");
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)gather(); })), "no running event loop");
}

TEST_F(FutureGatherTests, test_constructor_empty_sequence_use_running_loop) {
  const auto body = []() -> coro<future<std::vector<int>>> { co_return gather(std::vector<future<int>>()); };
  const future<std::vector<int>> outer = run(body());
  EXPECT_EQ(&outer.get_loop(), &loop);
  EXPECT_TRUE(outer.done());
  EXPECT_TRUE(outer.result().empty());
  const auto no_arguments = []() -> coro<future<std::tuple<>>> { co_return gather(); };
  EXPECT_TRUE(run(no_arguments()).done());
}

TEST_F(FutureGatherTests, test_constructor_heterogenous_futures) {
  const future<int> here = loop.create_future<int>();
  const future<int> there = other_loop.create_future<int>();
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { (void)gather(here, there); })),
            "The future belongs to a different loop than the one specified as the loop argument");
  EXPECT_THROW((void)gather(std::vector{here, there}), std::invalid_argument);
}

TEST_F(FutureGatherTests, test_constructor_homogenous_futures) {
  std::vector<future<int>> children;
  for (int i = 0; i < 3; ++i) children.push_back(other_loop.create_future<int>());
  for (int time = 0; time < 2; ++time) {
    const auto outer = gather(children);
    EXPECT_EQ(&outer.get_loop(), &other_loop);
    other_loop.stop();
    other_loop.run_forever();
    EXPECT_FALSE(outer.done());
  }
}

TEST_F(FutureGatherTests, test_one_cancellation) {
  const auto five = futures(5);
  const auto outer = gather(five);
  five[0].set_result(1);
  five[1].cancel("why");
  run_briefly();
  EXPECT_TRUE(outer.done());
  EXPECT_FALSE(outer.cancelled());
  EXPECT_EQ(cancel_message(outer.exception()), "why");
  five[2].set_result(3);
  five[3].cancel();
  five[4].set_exception(std::runtime_error("late"));
  run_briefly();
}

TEST_F(FutureGatherTests, test_result_exception_one_cancellation) {
  const auto six = futures(6);
  const auto outer = gather(return_exceptions, six);
  const auto first = std::make_exception_ptr(std::domain_error("zero"));
  const auto second = std::make_exception_ptr(std::runtime_error("two"));
  six[0].set_result(1);
  six[1].set_exception(first);
  six[2].cancel();
  run_briefly();
  EXPECT_FALSE(outer.done());
  six[3].set_result(3);
  six[4].cancel();
  six[5].set_exception(second);
  const auto result = run(outer);
  EXPECT_EQ(result[0].value(), 1);
  EXPECT_EQ(result[1].exception(), first);
  EXPECT_TRUE(is<cancelled_error>(result[2].exception()));
  EXPECT_EQ(result[3].value(), 3);
  EXPECT_TRUE(is<cancelled_error>(result[4].exception()));
  EXPECT_EQ(result[5].exception(), second);
}

class CoroutineGatherTests : public GatherTestsBase {};

TEST_F(CoroutineGatherTests, test_constructor_without_loop) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)gather(return_value(1), return_value('a')); })),
            "no running event loop");
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { (void)gather(wrapped(futures(2))); })), "no running event loop");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(CoroutineGatherTests, test_constructor_use_running_loop) {
  const auto body = []() -> coro<future<std::tuple<int, char>>> { co_return gather(return_value(1), return_value('a')); };
  const auto outer = run(body());
  EXPECT_EQ(&outer.get_loop(), &loop);
  EXPECT_EQ(run(outer), std::tuple(1, 'a'));
}

TEST_F(CoroutineGatherTests, test_duplicate_coroutines) {
  const task<std::string> abc = new_task(return_value<std::string>("abc"));
  const auto outer = gather(abc, abc, new_task(return_value<std::string>("def")), abc);
  using four = std::tuple<std::string, std::string, std::string, std::string>;
  EXPECT_EQ(run(outer), four("abc", "abc", "def", "abc"));
  // Of those that are done, too.
  EXPECT_EQ(run(gather(std::vector{abc, abc})), (std::vector<std::string>{"abc", "abc"}));
}

TEST_F(CoroutineGatherTests, test_cancellation_broadcast) {
  int proof = 0;
  const future<void> waiter = new_future();
  const auto inner = [&]() -> coro<void> {
    co_await waiter;
    proof += 1;
  };
  const task<void> child1 = ensure_future(inner(), loop);
  const task<void> child2 = ensure_future(inner(), loop);
  future<std::tuple<std::monostate, std::monostate>> gathering;
  const auto outer = [&]() -> coro<void> {
    gathering = gather(child1, child2);
    co_await gathering;
    proof += 100;
  };
  const task<void> t = ensure_future(outer(), loop);
  run_briefly();
  EXPECT_TRUE(t.cancel());
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_FALSE(gathering.cancel());
  EXPECT_TRUE(waiter.cancelled());
  EXPECT_TRUE(child1.cancelled());
  EXPECT_TRUE(child2.cancelled());
  run_briefly();
  EXPECT_EQ(proof, 0);
}

coro<void> fail_once_done(future<void> awaited) {
  co_await awaited;
  throw runtime_error("should not be ignored");
}

TEST_F(CoroutineGatherTests, test_exception_marking) {
  const future<void> a = new_future();
  const future<void> b = new_future();
  const auto outer = [&]() -> coro<void> { co_await gather(fail_once_done(a), fail_once_done(b)); };
  const task<void> t = ensure_future(outer(), loop);
  run_briefly();
  a.set_result();
  run_briefly();
  b.set_result();
  run_briefly();
  EXPECT_TRUE(is<runtime_error>(t.exception()));
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(CoroutineGatherTests, test_issue46672) {
  // CPython's second argument is no awaitable, which does not compile here; what can fail half-way is a wrong loop.
  const auto body = [&]() -> coro<void> {
    EXPECT_THROW((void)gather(return_value(1), other_loop.create_future<int>()), std::invalid_argument);
    co_return;
  };
  run(body());
  run_briefly();
  EXPECT_TRUE(logged.lines.empty());
  EXPECT_TRUE(all_tasks(loop).empty());
}

// ---- what CPython does not test -----------------------------------------------------------------------------------------

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
