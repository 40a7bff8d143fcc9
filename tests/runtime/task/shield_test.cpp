#include <coroguard/task/gather.hpp>
#include <coroguard/task/shield.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_shield_result) {
  const future<int> inner = new_future<int>();
  const future<int> outer = shield(inner);
  EXPECT_NE(outer, inner);
  inner.set_result(42);
  EXPECT_EQ(run(outer), 42);
}

TEST_F(BaseTaskTests, test_shield_exception) {
  const future<int> inner = new_future<int>();
  const future<int> outer = shield(inner);
  run_briefly();
  const auto error = std::make_exception_ptr(std::domain_error("expected"));
  inner.set_exception(error);
  run_briefly();
  EXPECT_EQ(outer.exception(), error);
}

TEST_F(BaseTaskTests, test_shield_cancel_inner) {
  const future<int> inner = new_future<int>();
  const future<int> outer = shield(inner);
  run_briefly();
  inner.cancel();
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
}

TEST_F(BaseTaskTests, test_shield_cancel_outer) {
  const future<int> inner = new_future<int>();
  const future<int> outer = shield(inner);
  run_briefly();
  outer.cancel();
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
  EXPECT_FALSE(inner.done());
  EXPECT_EQ(inner.state().first_callback(), nullptr);
  EXPECT_EQ(outer.state().first_callback(), nullptr);
}

TEST_F(BaseTaskTests, test_shield_shortcut) {
  const future<int> done = new_future<int>();
  done.set_result(42);
  EXPECT_EQ(shield(done), done);
  EXPECT_EQ(run(shield(done)), 42);
}

TEST_F(BaseTaskTests, test_shield_effect) {
  int proof = 0;
  const future<void> waiter = new_future();
  const auto inner = [&]() -> coro<void> {
    co_await waiter;
    proof += 1;
  };
  const auto outer = [&]() -> coro<void> {
    co_await shield(inner());
    proof += 100;
  };
  const task<void> t = ensure_future(outer(), loop);
  run_briefly();
  t.cancel();
  EXPECT_THROW(run(t), cancelled_error);
  waiter.set_result();
  run_briefly();
  EXPECT_EQ(proof, 1);
}

TEST_F(BaseTaskTests, test_shield_gather) {
  const future<int> child1 = new_future<int>();
  const future<int> child2 = new_future<int>();
  const auto parent = gather(child1, child2);
  const auto outer = shield(parent);
  run_briefly();
  outer.cancel();
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
  child1.set_result(1);
  child2.set_result(2);
  run_briefly();
  EXPECT_EQ(parent.result(), std::tuple(1, 2));
}

TEST_F(BaseTaskTests, test_gather_shield) {
  const future<int> child1 = new_future<int>();
  const future<int> child2 = new_future<int>();
  const future<int> inner1 = shield(child1);
  const future<int> inner2 = shield(child2);
  const auto parent = gather(inner1, inner2);
  run_briefly();
  EXPECT_TRUE(parent.cancel());
  run_briefly();
  EXPECT_TRUE(is<cancelled_error>(parent.exception()));
  EXPECT_TRUE(inner1.cancelled());
  EXPECT_TRUE(inner2.cancelled());
  child1.set_result(1);
  child2.set_result(2);
  run_briefly();
  EXPECT_EQ(child1.result(), 1);
}

TEST_F(BaseTaskTests, test_shield_coroutine_without_loop) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)shield(return_value(42)); })), "no running event loop");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(BaseTaskTests, test_shield_coroutine_use_running_loop) {
  const auto body = []() -> coro<future<int>> { co_return shield(return_value(42)); };
  const future<int> outer = run(body());
  EXPECT_EQ(&outer.get_loop(), &loop);
  EXPECT_EQ(run(outer), 42);
}

class shield_tests : public BaseTaskTests {};

TEST_F(shield_tests, calls_back_though_nobody_holds_it) {
  int called = 0;
  const future<int> inner = new_future<int>();
  shield(inner).add_done_callback([&](const future<int>& outer) { called = outer.result(); });
  inner.set_result(3);
  run_briefly();
  EXPECT_EQ(called, 3);
}

TEST_F(shield_tests, goes_away_with_a_future_that_nobody_holds) {
  future<int> outer = shield(new_future<int>());
  EXPECT_TRUE(outer.cancel());
  EXPECT_TRUE(outer.cancelled());
}

// The error of a future that is on its way when the outer one is cancelled is not lost by mistake.
TEST_F(shield_tests, marks_an_error_of_the_same_turn_as_retrieved) {
  {
    const future<int> inner = new_future<int>();
    const future<int> outer = shield(inner);
    inner.set_exception(std::domain_error("late"));
    outer.cancel();
    run_briefly();
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(shield_tests, an_error_after_the_cancellation_is_reported) {
  {
    const future<int> inner = new_future<int>();
    const future<int> outer = shield(inner);
    outer.cancel();
    run_briefly();
    inner.set_exception(std::domain_error("late"));
    run_briefly();
  }
  EXPECT_TRUE(logged.contains("Future exception was never retrieved"));
}

TEST_F(shield_tests, whose_result_somebody_else_sets_is_reported) {
  const future<int> inner = new_future<int>();
  const future<int> outer = shield(inner);
  outer.set_result(1);
  inner.set_result(2);
  run_briefly();
  EXPECT_TRUE(logged.contains("Exception in callback"));
  EXPECT_TRUE(logged.contains("invalid state"));
  EXPECT_EQ(outer.result(), 1);
}

TEST_F(shield_tests, of_void_and_of_what_can_only_be_moved) {
  const auto body = []() -> coro<int> {
    co_await shield(do_nothing());
    const std::unique_ptr<int> moved = co_await shield(return_value(std::make_unique<int>(5)));
    co_return *moved;
  };
  EXPECT_EQ(run(body()), 5);
}

TEST_F(shield_tests, goes_away_with_its_loop) {
  const task<void> inner = new_task(sleep(seconds(5)));
  const future<void> outer = shield(inner);
  const future<void> cancelled = shield(inner);
  cancelled.cancel();
  loop.close();
  EXPECT_FALSE(outer.done());
  EXPECT_TRUE(cancelled.cancelled());
}

}  // namespace
}  // namespace coroguard
