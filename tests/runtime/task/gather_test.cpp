#include <cstdlib>

#include "gather_fixture.hpp"
#include "needs_debug_mode.hpp"

namespace coroguard {
namespace {

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
  NEEDS_DEBUG_MODE();
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

}  // namespace
}  // namespace coroguard
