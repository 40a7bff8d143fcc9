// CPython's TestTaskGroup up to the odd bodies: results, failures, cancellation, nested groups.
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>

#include "task_group_fixture.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

using TestTaskGroup = task_group_test;

TEST_F(TestTaskGroup, test_taskgroup_01) {
  run_body([&]() -> coro<void> {
    task<int> first;
    task<int> second;
    co_await with(task_group(), [&](task_group& group) -> coro<void> {
      first = group.create_task(sleep(100ms, 42));
      second = group.create_task(sleep(200ms, 11));
      co_return;
    });
    EXPECT_EQ(first.result(), 42);
    EXPECT_EQ(second.result(), 11);
    EXPECT_EQ(now(), 0.2);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_02) {
  run_body([&]() -> coro<void> {
    task<int> first;
    task<int> second;
    co_await with(task_group(), [&](task_group& group) -> coro<void> {
      first = group.create_task(sleep(100ms, 42));
      co_await sleep(150ms);
      second = group.create_task(sleep(200ms, 11));
    });
    EXPECT_EQ(first.result(), 42);
    EXPECT_EQ(second.result(), 11);
    EXPECT_EQ(now(), 0.35);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_03) {
  // A task that is cancelled by itself is no failure.
  run_body([&]() -> coro<void> {
    task<int> first;
    task<int> second;
    co_await with(task_group(), [&](task_group& group) -> coro<void> {
      first = group.create_task(sleep(1s, 42));
      co_await sleep(150ms);
      first.cancel();
      second = group.create_task(sleep(200ms, 11));
    });
    EXPECT_TRUE(first.cancelled());
    EXPECT_EQ(second.result(), 11);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_04) {
  run_body([&]() -> coro<void> {
    int reached = 0;
    bool saw_cancellation = false;
    task<void> second;
    const auto waits = [&]() -> coro<void> {
      co_await noticing(sleep(1s), saw_cancellation);
      ++reached;
    };
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& group) -> coro<void> {
        group.create_task(crash_after(100ms));
        second = group.create_task(waits());
        co_return;
      });
      reached += 10;
    };
    task<void> made = create_task(runner());
    EXPECT_EQ(types_in(co_await thrown_by(made)), "division");
    EXPECT_EQ(reached, 0);
    EXPECT_TRUE(saw_cancellation);
    EXPECT_TRUE(second.cancelled());
  });
}

TEST_F(TestTaskGroup, test_cancel_children_on_child_error) {
  run_body([&]() -> coro<void> {
    int reached = 0;
    bool child_cancelled = false;
    bool body_cancelled = false;
    const auto waits = [&]() -> coro<void> {
      co_await noticing(sleep(5s), child_cancelled);
      ++reached;
    };
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& group) -> coro<void> {
        for (int i = 0; i < 3; ++i) group.create_task(crash_after(100ms));
        group.create_task(waits());
        co_await noticing(sleep(10s), body_cancelled);
      });
      reached += 10;
    };
    task<void> made = create_task(runner());
    EXPECT_EQ(types_in(co_await thrown_by(made)), "division division division");
    EXPECT_EQ(reached, 0);
    EXPECT_TRUE(child_cancelled);
    EXPECT_TRUE(body_cancelled);
  });
}

TEST_F(TestTaskGroup, test_cancellation) {
  run_body([&]() -> coro<void> {
    int cancelled = 0;
    const auto waits = [&]() -> coro<void> { co_await counting(sleep(5s), cancelled); };
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& group) -> coro<void> {
        for (int i = 0; i < 5; ++i) group.create_task(waits());
        co_return;
      });
    };
    task<void> made = create_task(runner());
    co_await sleep(100ms);
    EXPECT_FALSE(made.done());
    made.cancel("test");
    const std::exception_ptr error = co_await thrown_by(made);
    EXPECT_EQ(message_of(error), "test");
    EXPECT_EQ(cancelled, 5);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_07) {
  run_body([&]() -> coro<void> {
    int cancelled = 0;
    int body_cancelled = 0;
    const auto waits = [&]() -> coro<void> { co_await counting(sleep(5s), cancelled); };
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& group) -> coro<void> {
        for (int i = 0; i < 5; ++i) group.create_task(waits());
        co_await counting(sleep(10s), body_cancelled);
      });
    };
    EXPECT_TRUE(is<cancelled_error>(co_await cancelled_after_100ms(create_task(runner()))));
    EXPECT_EQ(cancelled, 5);
    EXPECT_EQ(body_cancelled, 1);
  });
}

// Fails when it is cancelled.
coro<void> crash_in_cleanup() {
  static_cast<void>(co_await thrown_by(sleep(10s)));
  throw std::domain_error("division");
}

coro<void> five_that_crash_in_cleanup(task_group& group) {
  for (int i = 0; i < 5; ++i) group.create_task(crash_in_cleanup());
  co_await sleep(10s);
}

TEST_F(TestTaskGroup, test_taskgroup_08) {
  // The errors win over the cancellation.
  run_body([&]() -> coro<void> {
    const auto runner = [&]() -> coro<void> { co_await with(task_group(), five_that_crash_in_cleanup); };
    const std::exception_ptr error = co_await cancelled_after_100ms(create_task(runner()));
    EXPECT_EQ(types_in(error), "division division division division division");
  });
}

TEST_F(TestTaskGroup, test_taskgroup_09) {
  run_body([&]() -> coro<void> {
    task<int> first;
    task<int> second;
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      first = group.create_task(sleep(1s, 42));
      second = group.create_task(sleep(2s, 11));
      co_await sleep(100ms);
      throw std::domain_error("division");
    }));
    EXPECT_EQ(types_in(error), "division");
    EXPECT_TRUE(first.cancelled());
    EXPECT_TRUE(second.cancelled());
  });
}

TEST_F(TestTaskGroup, test_taskgroup_10) {
  run_body([&]() -> coro<void> {
    task<int> first;
    task<int> second;
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      first = group.create_task(sleep(1s, 42));
      second = group.create_task(sleep(2s, 11));
      throw std::domain_error("division");
      co_return;
    }));
    EXPECT_EQ(types_in(error), "division");
    EXPECT_TRUE(first.cancelled());
    EXPECT_TRUE(second.cancelled());
    EXPECT_EQ(now(), 0);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_11) {
  run_body([&]() -> coro<void> {
    const auto runner = [&]() -> coro<void> {
      const auto outer = [](task_group&) -> coro<void> { co_await with(task_group(), five_that_crash_in_cleanup); };
      co_await with(task_group(), outer);
    };
    const std::exception_ptr error = co_await cancelled_after_100ms(create_task(runner()));
    EXPECT_EQ(types_in(error), "group");
    EXPECT_EQ(types_in(members_of(error).at(0)), "division division division division division");
  });
}

TEST_F(TestTaskGroup, test_taskgroup_12) {
  run_body([&]() -> coro<void> {
    task<void> beside;
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& outer) -> coro<void> {
        beside = outer.create_task(sleep(10s));
        co_await with(task_group(), five_that_crash_in_cleanup);
      });
    };
    const std::exception_ptr error = co_await cancelled_after_100ms(create_task(runner()));
    EXPECT_EQ(types_in(error), "group");
    EXPECT_EQ(types_in(members_of(error).at(0)), "division division division division division");
    EXPECT_TRUE(beside.cancelled());
  });
}

TEST_F(TestTaskGroup, test_taskgroup_13) {
  // The outer group fails: its cancellation ends the inner one without an error of its own.
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(nested_groups(100ms, 10s));
    EXPECT_EQ(types_in(error), "invalid");
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_14) {
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(nested_groups(10s, 100ms));
    EXPECT_EQ(types_in(error), "group");
    EXPECT_EQ(types_in(members_of(error).at(0)), "invalid");
  });
}

}  // namespace
}  // namespace coroguard
