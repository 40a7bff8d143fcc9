// CPython's TimeoutTests: misuse; and what CPython does not test.
#include <coroguard/task/task_group.hpp>

#include <cmath>

#include "timeout_fixture.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

using TimeoutTests = timeout_test;

TEST_F(TimeoutTests, test_timeout_already_entered) {
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(
        with(timeout(10ms), [](timeout& limit) -> coro<void> { co_await with(limit, long_sleep); }));
    EXPECT_EQ(text_of<runtime_error>(error), "Timeout has already been entered");
  });
}

TEST_F(TimeoutTests, test_timeout_double_enter) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    co_await with(limit, []() -> coro<void> { co_return; });
    const std::exception_ptr error = co_await thrown_by(with(limit, long_sleep));
    EXPECT_EQ(text_of<runtime_error>(error), "Timeout has already been entered");
    EXPECT_EQ(now(), 0);  // the second body did not run
  });
}

TEST_F(TimeoutTests, test_timeout_finished) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    co_await with(limit, []() -> coro<void> { co_return; });
    const std::exception_ptr error = thrown_in([&] { limit.reschedule(loop.time() + 20ms); });
    EXPECT_EQ(text_of<runtime_error>(error), "Cannot change state of finished Timeout");
  });
}

TEST_F(TimeoutTests, test_timeout_expired) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    co_await times_out(limit, long_sleep);
    const std::exception_ptr error = thrown_in([&] { limit.reschedule(loop.time() + 20ms); });
    EXPECT_EQ(text_of<runtime_error>(error), "Cannot change state of expired Timeout");
  });
}

TEST_F(TimeoutTests, test_timeout_expiring) {
  run_body([&]() -> coro<void> {
    // Whoever swallows the cancellation makes no timeout_error.
    co_await with(timeout(10ms), [&](timeout& limit) -> coro<void> {
      EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(sleep(1s))));
      EXPECT_TRUE(limit.expired());
      const std::exception_ptr error = thrown_in([&] { limit.reschedule(loop.time() + 20ms); });
      EXPECT_EQ(text_of<runtime_error>(error), "Cannot change state of expiring Timeout");
    });
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TimeoutTests, test_timeout_not_entered) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    const std::exception_ptr error = thrown_in([&] { limit.reschedule(loop.time() + 20ms); });
    EXPECT_EQ(text_of<runtime_error>(error), "Timeout has not been entered");
    co_return;
  });
}

TEST_F(TimeoutTests, test_timeout_without_task) {
  std::exception_ptr entering;
  std::exception_ptr rescheduling;
  loop.call_soon([&] {
    timeout limit(10ms);
    entering = thrown_in([&] { limit.enter().await_resume(); });
    rescheduling = thrown_in([&] { limit.reschedule(loop.time() + 20ms); });
  });
  run_briefly();
  EXPECT_EQ(text_of<runtime_error>(entering), "Timeout should be used inside a task");
  EXPECT_EQ(text_of<runtime_error>(rescheduling), "Timeout has not been entered");
}

coro<void> slow_but_crashes() {
  static_cast<void>(co_await thrown_by(sleep(2s)));
  throw std::domain_error("division by zero");
}

TEST_F(TimeoutTests, test_timeout_taskgroup) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    const auto in_group = [](task_group& group) -> coro<void> {
      group.create_task(slow_but_crashes());
      co_await sleep(1s);
    };
    const auto in_time = [&]() -> coro<void> { co_await with(task_group(), in_group); };
    const std::exception_ptr error = co_await thrown_by(with(limit, in_time));
    EXPECT_EQ(members_of(error).size(), 1u);
    EXPECT_TRUE(is<std::domain_error>(members_of(error).at(0)));
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(current_task().cancelling(), 0);
    co_await sleep(1s);  // nor is a cancellation left
  });
}

// ---- what CPython does not test --------------------------------------------------------------------------------------

class timeouts : public timeout_test {};

TEST_F(timeouts, need_a_running_loop) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { timeout limit(10ms); })), "no running event loop");
}

TEST_F(timeouts, refuse_nan) {
  run_body([&]() -> coro<void> {
    EXPECT_TRUE(is<std::invalid_argument>(thrown_in([] { timeout limit(seconds(std::nan(""))); })));
    co_return;
  });
}

TEST_F(timeouts, cannot_be_moved_once_entered) {
  run_body([&]() -> coro<void> {
    co_await with(timeout(10ms), [](timeout& limit) -> coro<void> {
      const std::exception_ptr error = thrown_in([&] { timeout moved(std::move(limit)); });
      EXPECT_EQ(text_of<runtime_error>(error), "Timeout has already been entered");
      co_return;
    });
  });
}

TEST_F(timeouts, forget_their_timer_with_the_loop) {
  // The frame is destroyed while the body waits: nothing dangles, nothing but the task's own end is reported.
  {
    event_loop closing(virtual_time());
    const auto body = [&]() -> coro<void> { co_await with(timeout(10s), long_sleep); };
    task<void> made = closing.create_task(body());
    closing.stop();
    closing.run_forever();
    closing.close();
    EXPECT_FALSE(made.done());
  }
  EXPECT_EQ(logged.lines.size(), 1u);
  EXPECT_TRUE(logged.contains("Task was destroyed but it is pending!"));
}

}  // namespace
}  // namespace coroguard
