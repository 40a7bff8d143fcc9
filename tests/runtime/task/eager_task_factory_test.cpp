#include <coroguard/task/gather.hpp>
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>

#include <algorithm>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

class EagerTaskFactoryLoopTests : public BaseTaskTests {
protected:
  void SetUp() override { loop.set_task_factory(eager_task_factory); }
  bool is_listed(const task_base& one) {
    const std::vector<task_base> all = all_tasks(loop);
    return std::ranges::find(all, one) != all.end();
  }
};

TEST_F(EagerTaskFactoryLoopTests, test_eager_task_factory_set) {
  EXPECT_TRUE(static_cast<bool>(loop.get_task_factory()));
  const auto body = [&]() -> coro<void> { co_await loop.create_task(do_nothing()); };
  run(body());
}

TEST_F(EagerTaskFactoryLoopTests, test_await_future_during_eager_step) {
  const auto sets = [](future<std::string> set) -> coro<void> {
    set.set_result("my message");
    co_return;
  };
  const auto body = [&]() -> coro<std::string> {
    const future<std::string> awaited = new_future<std::string>();
    const task<void> t = loop.create_task(sets(awaited));
    EXPECT_TRUE(t.done());
    co_return co_await awaited;
  };
  EXPECT_EQ(run(body()), "my message");
}

TEST_F(EagerTaskFactoryLoopTests, test_eager_completion) {
  const auto body = [&]() -> coro<std::string> {
    const task<std::string> t = loop.create_task(return_value<std::string>("hello"));
    EXPECT_TRUE(t.done());
    co_return co_await t;
  };
  EXPECT_EQ(run(body()), "hello");
}

TEST_F(EagerTaskFactoryLoopTests, test_block_after_eager_step) {
  const auto body = [&]() -> coro<std::string> {
    const task<std::string> t = loop.create_task(sleep<std::string>(seconds(0.1), "finished after blocking"));
    EXPECT_FALSE(t.done());
    const std::string result = co_await t;
    EXPECT_TRUE(t.done());
    co_return result;
  };
  EXPECT_EQ(run(body()), "finished after blocking");
}

TEST_F(EagerTaskFactoryLoopTests, test_cancellation_after_eager_completion) {
  const auto body = [&]() -> coro<std::string> {
    const task<std::string> t = loop.create_task(return_value<std::string>("finished without blocking"));
    EXPECT_FALSE(t.cancel());
    const std::string result = co_await t;
    EXPECT_FALSE(t.cancelled());
    co_return result;
  };
  EXPECT_EQ(run(body()), "finished without blocking");
}

TEST_F(EagerTaskFactoryLoopTests, test_cancellation_after_eager_step_blocks) {
  const auto body = [&]() -> coro<void> {
    const task<void> t = loop.create_task(sleep(seconds(0.1)));
    t.cancel("cancellation message");
    EXPECT_GT(t.cancelling(), 0);
    co_await t;
  };
  EXPECT_EQ(cancel_message(thrown_in([&] { run(body()); })), "cancellation message");
}

TEST_F(EagerTaskFactoryLoopTests, test_current_task) {
  task_base captured;
  const auto inner = [&]() -> coro<void> {
    captured = current_task();
    co_await sleep(seconds(0.1));
    EXPECT_EQ(current_task(), captured);
  };
  const auto body = [&]() -> coro<void> {
    const task_base self = current_task();
    const task<void> t = loop.create_task(inner());
    EXPECT_EQ(captured, t);
    EXPECT_EQ(current_task(), self);
    co_await t;
  };
  run(body());
}

TEST_F(EagerTaskFactoryLoopTests, test_all_tasks_with_eager_completion) {
  bool listed_inside = false;
  const auto inner = [&]() -> coro<void> {
    listed_inside = is_listed(current_task());
    co_return;
  };
  const auto body = [&]() -> coro<void> {
    const task<void> t = loop.create_task(inner());
    EXPECT_TRUE(listed_inside);
    EXPECT_FALSE(is_listed(t));
    co_return;
  };
  run(body());
}

TEST_F(EagerTaskFactoryLoopTests, test_all_tasks_with_blocking) {
  bool listed_inside = false;
  const auto inner = [&](future<void> first, future<void> second) -> coro<void> {
    listed_inside = is_listed(current_task());
    co_await first;
    second.set_result();
  };
  const auto body = [&]() -> coro<void> {
    const future<void> first = new_future();
    const future<void> second = new_future();
    const task<void> t = loop.create_task(inner(first, second));
    EXPECT_TRUE(listed_inside);
    EXPECT_TRUE(is_listed(t));
    first.set_result();
    co_await second;
    EXPECT_FALSE(is_listed(t));
  };
  run(body());
}

class CEagerTaskFactoryLoopTests : public EagerTaskFactoryLoopTests {};

TEST_F(CEagerTaskFactoryLoopTests, test_issue122332) {
  const auto body = [&]() -> coro<void> {
    const task<void> t = loop.create_task(do_nothing());
    co_await t;
    EXPECT_EQ(task_base(t).core().leaf(), nullptr);
  };
  run(body());
}

coro<int> awaitable_chain(int depth) {
  if (depth == 0) co_return 0;
  const int below = co_await awaitable_chain(depth - 1);
  co_return 1 + below;
}

coro<void> recursive_gather(int width, int depth) {
  if (depth == 0) co_return;
  std::vector<coro<void>> children;
  for (int i = 0; i < width; ++i) children.push_back(recursive_gather(width, depth - 1));
  co_await gather(std::move(children));
}

coro<void> recursive_taskgroups(int width, int depth) {
  if (depth == 0) co_return;
  co_await with(task_group(), [width, depth](task_group& group) -> coro<void> {
    for (int i = 0; i < width; ++i) group.create_task(recursive_taskgroups(width, depth - 1));
    co_return;
  });
}

// Counts the tasks that needed a turn of the loop.
class BaseTaskCountingTests : public BaseTaskTests {
protected:
  int count = 0;

  void count_tasks(bool eager) {
    loop.set_task_factory([this, eager](event_loop& made_on, task_base& made) {
      if (eager && running_loop() == &made_on)
        made.start_now();
      else
        made.start_soon();
      if (!made.done()) ++count;
    });
  }
};

TEST_F(BaseTaskCountingTests, test_awaitables_chain) {
  count_tasks(false);
  EXPECT_EQ(run(awaitable_chain(100)), 100);
  EXPECT_EQ(count, 1);
}

TEST_F(BaseTaskCountingTests, test_recursive_taskgroups) {
  count_tasks(false);
  run(recursive_taskgroups(5, 4));
  EXPECT_EQ(count, 1 + 5 + 25 + 125 + 625);
}

TEST_F(BaseTaskCountingTests, test_recursive_taskgroups__eager) {
  count_tasks(true);
  run(recursive_taskgroups(5, 4));
  EXPECT_EQ(count, 1 + 5 + 25 + 125);  // a group hears of its tasks in the next turn, as CPython's since 3.13.2
}

TEST_F(BaseTaskCountingTests, test_recursive_gather) {
  count_tasks(false);
  run(recursive_gather(5, 4));
  EXPECT_EQ(count, 1 + 5 + 25 + 125 + 625);
}

TEST_F(BaseTaskCountingTests, test_recursive_gather__eager) {
  count_tasks(true);
  run(recursive_gather(5, 4));
  EXPECT_EQ(count, 1);  // the one that run_until_complete makes before the loop runs
}

}  // namespace
}  // namespace coroguard
