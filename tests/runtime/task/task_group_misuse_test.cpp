// CPython's TestTaskGroup, misuse and the count of cancellations.
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>

#include "task_group_fixture.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

using TestTaskGroup = task_group_test;

TEST_F(TestTaskGroup, test_taskgroup_task_name) {
  run_body([&]() -> coro<void> {
    co_await with(task_group(), [&](task_group& group) -> coro<void> {
      task<void> named = group.create_task(sleep(0s), task_options{"yolo"});
      EXPECT_EQ(named.get_name(), "yolo");
      co_return;
    });
  });
}

TEST_F(TestTaskGroup, test_taskgroup_no_create_task_after_failure) {
  run_body([&]() -> coro<void> {
    std::exception_ptr refused;
    const auto adds_too_late = [&](task_group& group) -> coro<void> {
      EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(sleep(1s))));
      refused = thrown_in([&] { group.create_task(crash_after(1ms)); });
    };
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(crash_after(1ms));
      group.create_task(adds_too_late(group));
      co_return;
    }));
    EXPECT_EQ(types_in(error), "division");
    EXPECT_EQ(text_of<runtime_error>(refused), "TaskGroup <TaskGroup tasks=1 errors=1 cancelling> is shutting down");
  });
}

// What contextlib.asynccontextmanager makes of a function that throws behind its yield.
struct database {
  auto enter() {
    return immediate([] {});
  }
  auto exit(const std::exception_ptr&) {
    return immediate([] { throw std::logic_error("on the way out"); });
  }
};

TEST_F(TestTaskGroup, test_taskgroup_context_manager_exit_raises) {
  run_body([&]() -> coro<void> {
    const auto raises = []() -> coro<void> {
      throw std::logic_error("custom");
      co_return;
    };
    const auto body = [&]() -> coro<void> {
      const auto in_group = [&](task_group& group) -> coro<void> {
        co_await with(database(), [&]() -> coro<void> {
          group.create_task(raises());
          co_await sleep(1s);
        });
      };
      const std::exception_ptr error = co_await thrown_by(with(task_group(), in_group));
      EXPECT_EQ(current_task().cancelling(), 0);
      EXPECT_EQ(types_in(error), "logic logic");
    };
    task<void> made = create_task(body());
    co_await made;
  });
}

TEST_F(TestTaskGroup, test_taskgroup_already_entered) {
  run_body([&]() -> coro<void> {
    const auto nothing = []() -> coro<void> { co_return; };
    std::exception_ptr error;
    co_await with(task_group(), [&](task_group& group) -> coro<void> { error = co_await thrown_by(with(group, nothing)); });
    EXPECT_EQ(text_of<runtime_error>(error), "TaskGroup <TaskGroup entered> has already been entered");
  });
}

TEST_F(TestTaskGroup, test_taskgroup_double_enter) {
  run_body([&]() -> coro<void> {
    task_group group;
    const auto nothing = []() -> coro<void> { co_return; };
    co_await with(group, nothing);
    const std::exception_ptr error = co_await thrown_by(with(group, nothing));
    EXPECT_EQ(text_of<runtime_error>(error), "TaskGroup <TaskGroup entered> has already been entered");
  });
}

TEST_F(TestTaskGroup, test_taskgroup_finished) {
  run_body([&]() -> coro<void> {
    task_group group;
    co_await with(group, []() -> coro<void> { co_return; });
    const std::exception_ptr error = thrown_in([&] { group.create_task(sleep(0s)); });
    EXPECT_EQ(text_of<runtime_error>(error), "TaskGroup <TaskGroup entered> is finished");
  });
  EXPECT_TRUE(logged.lines.empty());  // the coroutine was closed: it is not one that was forgotten
}

TEST_F(TestTaskGroup, test_taskgroup_not_entered) {
  task_group group;
  const std::exception_ptr error = thrown_in([&] { group.create_task(sleep(0s)); });
  EXPECT_EQ(text_of<runtime_error>(error), "TaskGroup <TaskGroup> has not been entered");
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(TestTaskGroup, test_taskgroup_without_parent_task) {
  task_group group;
  std::exception_ptr entering;
  std::exception_ptr creating;
  loop.call_soon([&] {
    entering = thrown_in([&] { group.enter().await_resume(); });
    creating = thrown_in([&] { group.create_task(sleep(0s)); });
  });
  run_briefly();
  EXPECT_EQ(text_of<runtime_error>(entering), "TaskGroup <TaskGroup> cannot determine the parent task");
  EXPECT_EQ(text_of<runtime_error>(creating), "TaskGroup <TaskGroup> has not been entered");
}

TEST_F(TestTaskGroup, test_coro_closed_when_tg_closed) {
  run_body([&]() -> coro<void> {
    task_group group;
    co_await with(group, []() -> coro<void> { co_return; });
    coro<void> refused = sleep(0s);
    const std::exception_ptr error = thrown_in([&] { group.create_task(std::move(refused)); });
    EXPECT_EQ(text_of<runtime_error>(error), "TaskGroup <TaskGroup entered> is finished");
    EXPECT_FALSE(refused.valid());
  });
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(TestTaskGroup, test_cancelling_level_preserved) {
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
      group.create_task(crash_after(0ms));
      co_return;
    }));
    EXPECT_EQ(types_in(error), "division");
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TestTaskGroup, test_nested_groups_both_cancelled) {
  run_body([&]() -> coro<void> {
    int between = 0;
    const auto outer_body = [&](task_group& outer) -> coro<void> {
      const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& inner) -> coro<void> {
        inner.create_task(crash_after(0ms));
        outer.create_task(invalid_after(0ms));
        co_return;
      }));
      EXPECT_EQ(types_in(error), "division");
      between = current_task().cancelling();
    };
    const std::exception_ptr error = co_await thrown_by(with(task_group(), outer_body));
    EXPECT_EQ(between, 1);
    EXPECT_EQ(types_in(error), "invalid");
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TestTaskGroup, test_error_and_cancel) {
  run_body([&]() -> coro<void> {
    future<void> event = loop.create_future<void>();
    const auto raises = [&]() -> coro<void> {
      event.set_result();
      co_await sleep(0s);
      throw std::domain_error("division");
    };
    bool went_on = false;
    const auto inner = [&]() -> coro<void> {
      const std::exception_ptr error = co_await thrown_by(with(task_group(), [&](task_group& group) -> coro<void> {
        group.create_task(raises());
        co_await sleep(1s);
        went_on = true;
      }));
      EXPECT_EQ(types_in(error), "division");
      EXPECT_EQ(current_task().cancelling(), 1);
      co_await sleep(1s);
      went_on = true;
    };
    task<void> made = create_task(inner());
    co_await event;
    EXPECT_EQ(made.cancelling(), 0);
    made.cancel();
    EXPECT_EQ(made.cancelling(), 1);
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(made)));
    EXPECT_TRUE(made.cancelled());
    EXPECT_FALSE(went_on);
  });
}

}  // namespace
}  // namespace coroguard
