// Which task runs, and which there are.
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

// CPython's cases call the functions by which other implementations of tasks list themselves. Here tasks do that by themselves.
class BaseTaskIntrospectionTests : public BaseTaskTests {};

TEST_F(BaseTaskIntrospectionTests, test__register_task_1) {
  event_loop other(virtual_time());
  EXPECT_TRUE(all_tasks(loop).empty());
  const task<int> first = new_task(return_value(1));
  const task<int> second = new_task(return_value(2));
  EXPECT_EQ(all_tasks(loop), (std::vector<task_base>{first, second}));
  EXPECT_TRUE(all_tasks(other).empty());
  run(first);
  run(second);
}

TEST_F(BaseTaskIntrospectionTests, test__register_task_3) {
  const task<int> done = new_task(return_value(1));
  run(done);
  EXPECT_TRUE(all_tasks(loop).empty());
}

TEST_F(BaseTaskIntrospectionTests, test__enter_task) {
  task_base entered;
  const auto body = [&]() -> coro<void> {
    entered = current_task(loop);
    co_return;
  };
  const task<void> t = new_task(body());
  EXPECT_FALSE(current_task(loop).valid());
  run_once();
  EXPECT_EQ(entered, t);
}

TEST_F(BaseTaskIntrospectionTests, test__leave_task) {
  std::vector<task_base> seen;
  const auto look = [&] { seen.push_back(current_task()); };
  const auto body = [&]() -> coro<void> {
    loop.call_soon(look);
    co_await sleep(seconds(0));
    loop.call_soon(look);
    throw std::domain_error("an error leaves it as well");
  };
  const task<void> t = new_task(body());
  run_briefly();
  EXPECT_EQ(seen, std::vector<task_base>(2));
  EXPECT_TRUE(is<std::domain_error>(t.exception()));
}

TEST_F(BaseTaskIntrospectionTests, test__unregister_task) {
  std::vector<task<void>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(new_task(sleep(seconds(1))));
  run_briefly();
  tasks[1].cancel();
  EXPECT_EQ(all_tasks(loop).size(), 3u);  // until the cancellation has arrived
  run_briefly();
  EXPECT_EQ(all_tasks(loop), (std::vector<task_base>{tasks[0], tasks[2]}));
  run(sleep(seconds(1)));
  EXPECT_TRUE(all_tasks(loop).empty());
}

}  // namespace
}  // namespace coroguard
