#include <coroguard/task/ensure_future.hpp>
#include <coroguard/task/gather.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_ensure_future_coroutine) {
  const task<std::string> t = ensure_future(return_value<std::string>("ok"), loop);
  EXPECT_EQ(&t.get_loop(), &loop);
  EXPECT_EQ(run(t), "ok");
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)ensure_future(do_nothing()); })), "no running event loop");
  const auto inside = []() -> coro<task<std::string>> { co_return ensure_future(return_value<std::string>("inside")); };
  const task<std::string> made = run(inside());
  EXPECT_EQ(&made.get_loop(), &loop);
  EXPECT_EQ(run(made), "inside");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(BaseTaskTests, test_ensure_future_coroutine__closes_what_is_refused) {
  loop.close();
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { (void)ensure_future(do_nothing(), loop); })), "Event loop is closed");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(BaseTaskTests, test_ensure_future_coroutine__from_a_variable_once) {
  coro<int> body = return_value(1);
  const task<int> t = ensure_future(body, loop);
  EXPECT_FALSE(body.valid());
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { (void)ensure_future(body, loop); })),
            "cannot reuse already awaited coroutine");
  EXPECT_EQ(run(t), 1);
}

TEST_F(BaseTaskTests, test_ensure_future_future) {
  const future<std::string> original = new_future<std::string>();
  original.set_result("ko");
  const future<std::string> same = ensure_future(original);
  EXPECT_EQ(same, original);
  EXPECT_EQ(run(same), "ko");
  event_loop other(virtual_time());
  EXPECT_THROW((void)ensure_future(original, other), std::invalid_argument);
  EXPECT_EQ(ensure_future(original, loop), original);
}

TEST_F(BaseTaskTests, test_ensure_future_task) {
  const task<std::string> original = new_task(return_value<std::string>("ok"));
  const task<std::string> same = ensure_future(original);
  EXPECT_EQ(same, original);
  EXPECT_EQ(run(same), "ok");
  event_loop other(virtual_time());
  EXPECT_THROW((void)ensure_future(original, other), std::invalid_argument);
  EXPECT_EQ(ensure_future(original, loop), original);
}

struct awaitable_object {
  coro<std::string> operator co_await() const { return return_value<std::string>("ok"); }
};

TEST_F(BaseTaskTests, test_ensure_future_awaitable) {
  const task<std::string> t = ensure_future(awaitable_object(), loop);
  EXPECT_EQ(run(t), "ok");
}

struct awaitable_sleep {
  coro<std::string> operator co_await() const { return sleep<std::string>(seconds(0), "ok"); }
};

TEST_F(BaseTaskTests, test_ensure_future_task_awaitable) {
  const auto inside = []() -> coro<task<std::string>> { co_return ensure_future(awaitable_sleep()); };
  const task<std::string> t = run(inside());
  EXPECT_EQ(run(t), "ok");
  EXPECT_TRUE(t.done());
}

TEST_F(BaseTaskTests, test_ensure_future_neither) {
  EXPECT_FALSE(gatherable<std::string>);
  EXPECT_FALSE(gatherable<int>);
  EXPECT_TRUE(gatherable<awaitable_object>);
}

TEST_F(BaseTaskTests, test_ensure_future_error_msg) {
  event_loop other(virtual_time());
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { (void)ensure_future(new_future(), other); })),
            "The future belongs to a different loop than the one specified as the loop argument");
}

}  // namespace
}  // namespace coroguard
