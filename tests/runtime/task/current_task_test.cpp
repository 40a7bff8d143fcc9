#include <coroguard/task/wait.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_current_task) {
  EXPECT_FALSE(current_task(loop).valid());
  task<void> t;
  const auto body = [&]() -> coro<void> {
    EXPECT_EQ(current_task(), t);
    EXPECT_EQ(current_task(loop), t);
    co_return;
  };
  t = new_task(body());
  run(t);
  EXPECT_FALSE(current_task(loop).valid());
}

TEST_F(BaseTaskTests, test_current_task_with_interleaving_tasks) {
  const future<bool> first = new_future<bool>();
  const future<bool> second = new_future<bool>();
  task<void> task1;
  task<void> task2;
  const auto body1 = [&]() -> coro<void> {
    EXPECT_EQ(current_task(), task1);
    co_await first;
    EXPECT_EQ(current_task(), task1);
    second.set_result(true);
  };
  const auto body2 = [&]() -> coro<void> {
    EXPECT_EQ(current_task(), task2);
    first.set_result(true);
    co_await second;
    EXPECT_EQ(current_task(), task2);
  };
  task1 = new_task(body1());
  task2 = new_task(body2());
  run(wait(std::vector{task1, task2}));
  EXPECT_TRUE(task1.done() && task2.done());
  EXPECT_FALSE(current_task(loop).valid());
}

class BaseCurrentLoopTests : public BaseTaskTests {};

TEST_F(BaseCurrentLoopTests, test_current_task_no_running_loop) { EXPECT_FALSE(current_task(loop).valid()); }

TEST_F(BaseCurrentLoopTests, test_current_task_no_running_loop_implicit) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { current_task(); })), "no running event loop");
}

TEST_F(BaseCurrentLoopTests, test_current_task_with_implicit_loop) {
  task_base seen;
  const auto body = [&]() -> coro<void> {
    seen = current_task();
    co_return;
  };
  const task<void> t = loop.create_task(body());
  run(t);
  EXPECT_EQ(seen, t);
  EXPECT_FALSE(current_task(loop).valid());
}

}  // namespace
}  // namespace coroguard
