// CPython's TestTaskGroup, bodies that do something odd when they are cancelled, and tasks that make tasks.
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>

#include "task_group_fixture.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

using TestTaskGroup = task_group_test;

// A body that takes its time after it was cancelled; meanwhile a task fails.
coro<void> slow_body(task_group& group) {
  group.create_task(crash_after(300ms));
  const std::exception_ptr cancelled = co_await thrown_by(sleep(10s));
  co_await sleep(500ms);
  std::rethrow_exception(cancelled);
}

TEST_F(TestTaskGroup, test_taskgroup_15) {
  run_body([&]() -> coro<void> {
    const auto runner = []() -> coro<void> { co_await with(task_group(), slow_body); };
    EXPECT_EQ(types_in(co_await cancelled_after_100ms(create_task(runner()))), "division");
    EXPECT_EQ(now(), 0.3);  // the failure cut the body's sleep short
  });
}

TEST_F(TestTaskGroup, test_taskgroup_16) {
  run_body([&]() -> coro<void> {
    const auto nested = []() -> coro<void> { co_await with(task_group(), slow_body); };
    const auto runner = [&]() -> coro<void> {
      task<void> inner = create_task(nested());
      co_await inner;
    };
    EXPECT_EQ(types_in(co_await cancelled_after_100ms(create_task(runner()))), "division");
  });
}

TEST_F(TestTaskGroup, test_taskgroup_17) {
  run_body([&]() -> coro<void> {
    int cancelled = 0;
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&]() -> coro<void> { co_await counting(sleep(10s), cancelled); });
    };
    EXPECT_TRUE(is<cancelled_error>(co_await cancelled_after_100ms(create_task(runner()))));
    EXPECT_EQ(cancelled, 1);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_18) {
  // A body that throws something else when it is cancelled.
  run_body([&]() -> coro<void> {
    bool cancelled = false;
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&]() -> coro<void> {
        cancelled = is<cancelled_error>(co_await thrown_by(sleep(10s)));
        throw std::logic_error("mine");
      });
    };
    EXPECT_EQ(types_in(co_await cancelled_after_100ms(create_task(runner()))), "logic");
    EXPECT_TRUE(cancelled);
  });
}

// Throws `Error` when it is cancelled.
template <class Error>
coro<void> throws_when_cancelled() {
  static_cast<void>(co_await thrown_by(sleep(10s)));
  if constexpr (std::is_default_constructible_v<Error>)
    throw Error();
  else
    throw Error("mine");
}

struct my_base_error {};  // not a std::exception

TEST_F(TestTaskGroup, test_taskgroup_19) {
  run_body([&]() -> coro<void> {
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& group) -> coro<void> {
        group.create_task(crash_after(100ms));
        co_await throws_when_cancelled<std::logic_error>();
      });
    };
    task<void> made = create_task(runner());
    EXPECT_EQ(types_in(co_await thrown_by(made)), "division logic");
  });
}

TEST_F(TestTaskGroup, test_taskgroup_20) {
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(crash_after(100ms));
      co_await throws_when_cancelled<keyboard_interrupt>();
    }));
    EXPECT_TRUE(is<keyboard_interrupt>(error));
    EXPECT_TRUE(logged.contains("TaskGroup task exception was not propagated because the TaskGroup body is being closed"));
    EXPECT_TRUE(logged.contains("domain_error: division"));
  });
}

TEST_F(TestTaskGroup, test_taskgroup_20a) {
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(crash_after(100ms));
      co_await throws_when_cancelled<my_base_error>();
    }));
    EXPECT_EQ(members_of(error).size(), 2u);
    EXPECT_TRUE(is<std::domain_error>(members_of(error).at(0)));
    EXPECT_TRUE(is<my_base_error>(members_of(error).at(1)));
  });
}

TEST_F(TestTaskGroup, test_taskgroup_21a) {
  run_body([&]() -> coro<void> {
    const auto crash_soon = []() -> coro<void> {
      co_await sleep(100ms);
      throw my_base_error();
    };
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(crash_soon());
      co_await throws_when_cancelled<std::logic_error>();
    }));
    EXPECT_EQ(members_of(error).size(), 2u);
    EXPECT_TRUE(is<my_base_error>(members_of(error).at(0)));
    EXPECT_TRUE(is<std::logic_error>(members_of(error).at(1)));
  });
}

TEST_F(TestTaskGroup, test_taskgroup_22) {
  run_body([&]() -> coro<void> {
    const auto runner = [&]() -> coro<void> {
      co_await with(task_group(), [&](task_group& group) -> coro<void> {
        group.create_task(sleep(1s, 42));
        group.create_task(sleep(2s, 11));
        co_return;
      });
    };
    task<void> made = create_task(runner());
    co_await sleep(50ms);
    made.cancel();
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(made)));
    EXPECT_EQ(now(), 0.05);
  });
}

TEST_F(TestTaskGroup, test_taskgroup_23) {
  // A group forgets the tasks that have ended.
  run_body([&]() -> coro<void> {
    co_await with(task_group(), [&](task_group& group) -> coro<void> {
      for (int count = 0; count < 10; ++count) {
        co_await sleep(100ms);
        group.create_task(sleep(300ms));
        if (count == 5) {
          EXPECT_LT(group.size(), 5u);
        }
      }
      co_await sleep(1350ms);
      EXPECT_EQ(group.size(), 0u);
    });
  });
}

coro<void> adds_two(task_group& group) {
  co_await sleep(100ms);
  group.create_task(sleep(100ms));
  group.create_task(sleep(200ms));
}

TEST_F(TestTaskGroup, test_taskgroup_24) {
  run_body([&]() -> coro<void> {
    co_await with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(adds_two(group));
      co_return;
    });
    EXPECT_EQ(now(), 0.3);
  });
}

coro<void> hydra(task_group& group, int& heads) {
  ++heads;
  co_await sleep(10ms);
  for (int head = 0; head < 2; ++head) group.create_task(hydra(group, heads));
}

TEST_F(TestTaskGroup, test_taskgroup_25) {
  run_body([&]() -> coro<void> {
    int heads = 0;
    const auto hercules = [&]() -> coro<void> {
      while (heads < 10) co_await sleep(15ms);
      throw std::domain_error("division");
    };
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(hydra(group, heads));
      group.create_task(hercules());
      co_return;
    }));
    EXPECT_EQ(types_in(error), "division");
    EXPECT_GE(heads, 10);
    EXPECT_TRUE(logged.lines.empty());
  });
}

}  // namespace
}  // namespace coroguard
