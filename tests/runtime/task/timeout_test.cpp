// CPython's TimeoutTests: time that is over, and errors and cancellations beside it.
#include "timeout_fixture.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

using TimeoutTests = timeout_test;

TEST_F(TimeoutTests, test_timeout_basic) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    co_await times_out(limit, long_sleep);
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(now(), 0.01);
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TimeoutTests, test_timeout_at_basic) {
  run_body([&]() -> coro<void> {
    const time_point deadline = loop.time() + 10ms;
    timeout limit = timeout_at(deadline);
    co_await times_out(limit, long_sleep);
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(limit.when(), deadline);
  });
}

TEST_F(TimeoutTests, test_nested_timeouts) {
  // Both end at the same time: only the outer one makes a timeout_error.
  run_body([&]() -> coro<void> {
    bool cancelled = false;
    const time_point deadline = loop.time() + 10ms;
    timeout outer = timeout_at(deadline);
    timeout inner = timeout_at(deadline);
    co_await times_out(outer, [&]() -> coro<void> {
      try {
        co_await with(inner, long_sleep);
      } catch (const cancelled_error&) {
        cancelled = true;
        throw;
      }
    });
    EXPECT_TRUE(cancelled);
    EXPECT_TRUE(outer.expired());
    EXPECT_TRUE(inner.expired());
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TimeoutTests, test_waiter_cancelled) {
  run_body([&]() -> coro<void> {
    bool cancelled = false;
    timeout limit(10ms);
    co_await times_out(limit, [&]() -> coro<void> {
      try {
        co_await sleep(10s);
      } catch (const cancelled_error&) {
        cancelled = true;
        throw;
      }
    });
    EXPECT_TRUE(cancelled);
  });
}

TEST_F(TimeoutTests, test_timeout_not_called) {
  run_body([&]() -> coro<void> {
    timeout limit(10s);
    co_await with(limit, []() -> coro<void> { co_await sleep(10ms); });
    EXPECT_FALSE(limit.expired());
    EXPECT_GT(*limit.when(), loop.time());
    co_await sleep(20s);  // its timer is gone: nobody cancels this
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(TimeoutTests, test_timeout_disabled) {
  run_body([&]() -> coro<void> {
    timeout limit(std::nullopt);
    co_await with(limit, []() -> coro<void> { co_await sleep(10ms); });
    EXPECT_FALSE(limit.expired());
    EXPECT_EQ(limit.when(), std::nullopt);
  });
}

TEST_F(TimeoutTests, test_timeout_at_disabled) {
  run_body([&]() -> coro<void> {
    timeout limit = timeout_at(std::nullopt);
    co_await with(limit, []() -> coro<void> { co_await sleep(10ms); });
    EXPECT_FALSE(limit.expired());
    EXPECT_EQ(limit.when(), std::nullopt);
  });
}

TEST_F(TimeoutTests, test_timeout_zero) {
  run_body([&]() -> coro<void> {
    timeout limit(0s);
    co_await times_out(limit, long_sleep);
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(*limit.when(), time_point());
    EXPECT_EQ(now(), 0);
  });
}

TEST_F(TimeoutTests, test_timeout_zero_sleep_zero) {
  keeps_order();
  run_body([&]() -> coro<void> {
    timeout limit(0s);
    co_await times_out(limit, []() -> coro<void> { co_await sleep(0s); });
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(now(), 0);
  });
}

TEST_F(TimeoutTests, test_timeout_in_the_past_sleep_zero) {
  keeps_order();
  run_body([&]() -> coro<void> {
    const time_point before = loop.time();
    timeout limit(-11s);
    co_await times_out(limit, []() -> coro<void> { co_await sleep(0s); });
    EXPECT_TRUE(limit.expired());
    EXPECT_LE(*limit.when(), before);
  });
}

TEST_F(TimeoutTests, test_timeout_in_the_past_sleep_zero__timeout_at) {
  keeps_order();
  run_body([&]() -> coro<void> {
    const time_point past = loop.time() - 11s;
    timeout limit = timeout_at(past);
    co_await times_out(limit, []() -> coro<void> { co_await sleep(0s); });
    EXPECT_EQ(limit.when(), past);
  });
}

TEST_F(TimeoutTests, test_foreign_exception_passed) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    const std::exception_ptr error = co_await thrown_by(with(limit, []() -> coro<void> {
      throw std::out_of_range("key");
      co_return;
    }));
    EXPECT_TRUE(is<std::out_of_range>(error));
    EXPECT_FALSE(limit.expired());
  });
}

// The end of a timeout_error is its cancelled_error; what was in flight before that is not part of a C++ exception.
TEST_F(TimeoutTests, test_timeout_exception_context) {
  run_body([&]() -> coro<void> {
    const std::exception_ptr error = co_await thrown_by(with(timeout(10ms), long_sleep));
    EXPECT_TRUE(is<timeout_error>(error));
    EXPECT_TRUE(is<cancelled_error>(nested_in(error)));
    EXPECT_EQ(nested_in(nested_in(error)), nullptr);
  });
}

coro<void> crash_in_cleanup() {
  try {
    co_await sleep(1s);
  } catch (const cancelled_error&) {
    throw std::domain_error("division by zero");
  }
}

TEST_F(TimeoutTests, test_foreign_exception_on_timeout) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    const std::exception_ptr error = co_await thrown_by(with(limit, crash_in_cleanup));
    EXPECT_TRUE(is<std::domain_error>(error));
    EXPECT_TRUE(limit.expired());
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

// A cleanup that itself nests what it handled keeps its own chain.
TEST_F(TimeoutTests, test_foreign_exception_on_timeout_2) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    const std::exception_ptr error = co_await thrown_by(with(limit, []() -> coro<void> {
      try {
        co_await sleep(1s);
      } catch (const cancelled_error&) {
        std::throw_with_nested(std::domain_error("division by zero"));
      }
    }));
    EXPECT_TRUE(is<std::domain_error>(error));
    EXPECT_TRUE(is<cancelled_error>(nested_in(error)));
    EXPECT_TRUE(limit.expired());
  });
}

TEST_F(TimeoutTests, test_foreign_cancel_doesnt_timeout_if_not_expired) {
  run_body([&]() -> coro<void> {
    timeout limit(10s);
    const std::exception_ptr error = co_await thrown_by(with(limit, []() -> coro<void> {
      current_task().cancel();
      co_await sleep(10s);
    }));
    EXPECT_TRUE(is<cancelled_error>(error));
    EXPECT_FALSE(limit.expired());
    EXPECT_EQ(current_task().cancelling(), 1);
  });
}

TEST_F(TimeoutTests, test_outer_task_is_not_cancelled) {
  run_body([&]() -> coro<void> {
    const auto outer = [&]() -> coro<void> {
      timeout limit(1ms);
      co_await times_out(limit, long_sleep);
    };
    task<void> made = create_task(outer());
    co_await made;
    EXPECT_FALSE(made.cancelled());
    EXPECT_TRUE(made.done());
  });
}

// A loop whose clock a test moves on, as a computation would.
struct busy_loop {
  virtual_clock* clock = nullptr;
  event_loop loop{parts()};

  loop_parts parts() {
    auto time = std::make_unique<virtual_clock>();
    clock = time.get();
    auto jumps = std::make_unique<virtual_selector>(*time);
    return {std::move(time), std::move(jumps)};
  }
};

TEST_F(TimeoutTests, test_nested_timeouts_concurrent) {
  busy_loop busy;
  const auto body = [&]() -> coro<void> {
    const auto inner = [&]() -> coro<void> {
      const auto work = [&]() -> coro<void> {
        busy.clock->advance(10ms);
        co_await sleep(1s);
      };
      const std::exception_ptr error = co_await thrown_by(with(timeout(100ms), work));
      EXPECT_TRUE(is<cancelled_error>(error));  // the outer one's
      std::rethrow_exception(error);
    };
    const std::exception_ptr error = co_await thrown_by(with(timeout(2ms), inner));
    EXPECT_TRUE(is<timeout_error>(error));
  };
  busy.loop.run_until_complete(body());
}

TEST_F(TimeoutTests, test_nested_timeouts_loop_busy) {
  busy_loop busy;
  const auto body = [&]() -> coro<void> {
    bool inner_timed_out = false;
    const auto inner = [&]() -> coro<void> {
      const auto work = [&]() -> coro<void> {
        busy.clock->advance(50ms);
        co_await sleep(1s);
      };
      inner_timed_out = is<timeout_error>(co_await thrown_by(with(timeout(10ms), work)));
      co_await sleep(10s);
    };
    EXPECT_TRUE(is<timeout_error>(co_await thrown_by(with(timeout(100ms), inner))));
    EXPECT_TRUE(inner_timed_out);
    EXPECT_EQ(busy.loop.time().time_since_epoch(), 100ms);
  };
  busy.loop.run_until_complete(body());
}

TEST_F(TimeoutTests, test_reschedule) {
  run_body([&]() -> coro<void> {
    future<timeout*> entered = loop.create_future<timeout*>();
    const time_point first = loop.time() + 10s;
    const time_point second = first + 20s;
    timeout limit = timeout_at(first);
    const auto body = [&]() -> coro<void> {
      co_await with(limit, [&](timeout& current) -> coro<void> {
        entered.set_result(&current);
        co_await sleep(50s);
      });
    };
    task<void> made = create_task(body());
    timeout& current = *co_await entered;
    EXPECT_EQ(current.when(), first);
    current.reschedule(second);
    EXPECT_EQ(current.when(), second);
    current.reschedule(std::nullopt);
    EXPECT_EQ(current.when(), std::nullopt);
    made.cancel();
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(made)));
    EXPECT_FALSE(current.expired());
  });
}

TEST_F(TimeoutTests, test_reschedule__takes_effect) {
  run_body([&]() -> coro<void> {
    timeout limit(10s);
    co_await times_out(limit, [&](timeout& current) -> coro<void> {
      current.reschedule(loop.time() + 1s);
      co_await sleep(50s);
    });
    EXPECT_EQ(now(), 1);
    timeout longer(1s);
    co_await with(longer, [&](timeout& current) -> coro<void> {
      current.reschedule(loop.time() + 100s);
      co_await sleep(50s);
    });
    EXPECT_FALSE(longer.expired());
  });
}

TEST_F(TimeoutTests, test_repr_active) {
  run_body([&]() -> coro<void> {
    co_await with(timeout(10s), [](timeout& limit) -> coro<void> {
      EXPECT_EQ(limit.describe(), "<Timeout [active] when=10.000>");
      co_return;
    });
  });
}

TEST_F(TimeoutTests, test_repr_expired) {
  run_body([&]() -> coro<void> {
    timeout limit(10ms);
    co_await times_out(limit, long_sleep);
    EXPECT_EQ(limit.describe(), "<Timeout [expired]>");
  });
}

TEST_F(TimeoutTests, test_repr_finished) {
  run_body([&]() -> coro<void> {
    timeout limit(10s);
    EXPECT_EQ(limit.describe(), "<Timeout [created]>");
    co_await with(limit, []() -> coro<void> { co_await sleep(0s); });
    EXPECT_EQ(limit.describe(), "<Timeout [finished]>");
  });
}

TEST_F(TimeoutTests, test_repr_disabled) {
  run_body([&]() -> coro<void> {
    co_await with(timeout(std::nullopt), [](timeout& limit) -> coro<void> {
      EXPECT_EQ(limit.describe(), "<Timeout [active] when=None>");
      co_return;
    });
  });
}

TEST_F(TimeoutTests, test_nested_timeout_in_finally) {
  run_body([&]() -> coro<void> {
    std::exception_ptr in_cleanup;
    const auto body = [&]() -> coro<void> {
      const std::exception_ptr cancelled = co_await thrown_by(sleep(1s));
      in_cleanup = co_await thrown_by(with(timeout(10ms), long_sleep));
      std::rethrow_exception(cancelled);
    };
    const std::exception_ptr error = co_await thrown_by(with(timeout(10ms), body));
    EXPECT_TRUE(is<timeout_error>(in_cleanup));
    EXPECT_TRUE(is<cancelled_error>(nested_in(in_cleanup)));
    EXPECT_TRUE(is<timeout_error>(error));
    EXPECT_TRUE(is<cancelled_error>(nested_in(error)));
    EXPECT_EQ(now(), 0.02);
  });
}

TEST_F(TimeoutTests, test_timeout_after_cancellation) {
  run_body([&]() -> coro<void> {
    current_task().cancel();
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(sleep(1s))));
    timeout limit(0s);
    co_await times_out(limit, []() -> coro<void> { co_await sleep(1s); });
    EXPECT_EQ(current_task().cancelling(), 1);
  });
}

TEST_F(TimeoutTests, test_cancel_in_timeout_after_cancellation) {
  run_body([&]() -> coro<void> {
    current_task().cancel();
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(sleep(1s))));
    const std::exception_ptr error = co_await thrown_by(with(timeout(1s), []() -> coro<void> {
      current_task().cancel();
      co_await sleep(2s);
    }));
    EXPECT_TRUE(is<cancelled_error>(error));
  });
}

}  // namespace
}  // namespace coroguard
