#include <coroguard/task/shield.hpp>
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/wait_for.hpp>

#include <cmath>
#include <memory>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class AsyncioWaitForTest : public virtual_loop {
protected:
  static constexpr seconds slow_time = 200ms;

  // Takes its time, whatever one asks.
  coro<void> slow(bool& exited) {
    const time_point end = loop.time() + std::chrono::nanoseconds(200ms);
    while (loop.time() < end) static_cast<void>(co_await thrown_by(sleep(end - loop.time())));
    exited = true;
  }

  template <class Body>
  void run_body(Body body) {
    run(body());
  }

  void cancelling_wait_for_cancels_the_task(std::optional<seconds> limit) {
    run_body([&, limit]() -> coro<void> {
      const auto blocks = [&]() -> coro<void> { co_await loop.create_future<void>(); };
      task<void> blocked = create_task(blocks());
      task<void> waits = create_task(wait_for(blocked, limit));
      loop.call_soon([waits] { waits.cancel(); });
      EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(waits)));
      EXPECT_TRUE(blocked.cancelled());
    });
  }
};

TEST_F(AsyncioWaitForTest, test_asyncio_wait_for_cancelled) {
  keeps_order();
  run_body([&]() -> coro<void> {
    bool exited = false;
    task<void> waits = create_task(wait_for(slow(exited), slow_time * 2));
    co_await sleep(0s);
    waits.cancel();
    co_await waits;  // it swallowed the cancellation
    EXPECT_TRUE(exited);
    EXPECT_FALSE(waits.cancelled());
  });
}

TEST_F(AsyncioWaitForTest, test_asyncio_wait_for_timeout) {
  run_body([&]() -> coro<void> {
    bool exited = false;
    co_await wait_for(slow(exited), slow_time / 2);
    EXPECT_TRUE(exited);
    EXPECT_EQ(now(), 0.2);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_timeout_less_then_0_or_0_future_done) {
  run_body([&]() -> coro<void> {
    future<std::string> done = loop.create_future<std::string>();
    done.set_result("done");
    EXPECT_EQ(co_await wait_for(done, seconds(0)), "done");
    EXPECT_EQ(co_await wait_for(done, seconds(-1)), "done");
    EXPECT_EQ(now(), 0);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started) {
  run_body([&]() -> coro<void> {
    bool started = false;
    const auto foo = [&]() -> coro<void> {
      started = true;
      co_return;
    };
    EXPECT_TRUE(is<timeout_error>(co_await thrown_by(wait_for(foo(), seconds(0)))));
    EXPECT_FALSE(started);
    EXPECT_EQ(now(), 0);
    EXPECT_TRUE(logged.lines.empty());  // it is not a coroutine that was forgotten
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_timeout_less_then_0_or_0) {
  run_body([&]() -> coro<void> {
    for (const int limit : {0, -1}) {
      bool running = false;
      future<void> started = loop.create_future<void>();
      const auto foo = [&]() -> coro<int> {
        running = true;
        started.set_result();
        const std::exception_ptr cancelled = co_await thrown_by(sleep(10s));
        running = false;
        std::rethrow_exception(cancelled);
        co_return 1;
      };
      task<int> made = create_task(foo());
      co_await started;
      EXPECT_TRUE(running);
      EXPECT_TRUE(is<timeout_error>(co_await thrown_by(wait_for(made, seconds(limit)))));
      EXPECT_TRUE(made.cancelled());
      EXPECT_FALSE(running);
      EXPECT_EQ(now(), 0);
    }
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for) {
  run_body([&]() -> coro<void> {
    bool running = false;
    const auto foo = [&]() -> coro<int> {
      running = true;
      const std::exception_ptr cancelled = co_await thrown_by(sleep(10s));
      running = false;
      std::rethrow_exception(cancelled);
      co_return 1;
    };
    task<int> made = create_task(foo());
    EXPECT_TRUE(is<timeout_error>(co_await thrown_by(wait_for(made, seconds(0.1)))));
    EXPECT_TRUE(made.cancelled());
    EXPECT_FALSE(running);
    EXPECT_EQ(now(), 0.1);
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_blocking) {
  run_body([&]() -> coro<void> {
    const auto foo = []() -> coro<std::string> { co_return "done"; };
    EXPECT_EQ(co_await wait_for(foo(), std::nullopt), "done");
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_race_condition) {
  run_body([&]() -> coro<void> {
    future<std::string> later = loop.create_future<std::string>();
    coro<std::string> waits = wait_for(later, 200ms);
    loop.call_later(100ms, [later] { later.set_result("ok"); });
    EXPECT_EQ(co_await waits, "ok");
    EXPECT_EQ(now(), 0.1);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_cancellation_race_condition) {
  run_body([&]() -> coro<void> {
    const auto inner = []() -> coro<int> {
      EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(sleep(1s))));
      co_return 1;
    };
    EXPECT_EQ(co_await wait_for(inner(), 10ms), 1);
    EXPECT_EQ(now(), 0.01);
  });
}

// Ends only some time after it was cancelled.
coro<void> ends_late(bool& done) {
  const std::exception_ptr cancelled = co_await thrown_by(sleep(10s));
  EXPECT_TRUE(is<cancelled_error>(cancelled));
  co_await sleep(100us);
  done = true;
  std::rethrow_exception(cancelled);
}

TEST_F(AsyncioWaitForTest, test_wait_for_waits_for_task_cancellation) {
  run_body([&]() -> coro<void> {
    bool done = false;
    task<void> inner = create_task(ends_late(done));
    const std::exception_ptr error = co_await thrown_by(wait_for(inner, 100us));
    EXPECT_TRUE(is<timeout_error>(error));
    EXPECT_TRUE(is<cancelled_error>(nested_in(error)));
    EXPECT_TRUE(done);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_waits_for_task_cancellation_w_timeout_0) {
  run_body([&]() -> coro<void> {
    bool done = false;
    task<void> inner = create_task(ends_late(done));
    co_await sleep(100us);
    const std::exception_ptr error = co_await thrown_by(wait_for(inner, seconds(0)));
    EXPECT_TRUE(is<timeout_error>(error));
    EXPECT_TRUE(is<cancelled_error>(nested_in(error)));
    EXPECT_TRUE(done);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_reraises_exception_during_cancellation) {
  run_body([&]() -> coro<void> {
    const auto inner = []() -> coro<void> {
      static_cast<void>(co_await thrown_by(sleep(200ms)));
      throw std::domain_error("foo");
    };
    task<void> made = create_task(inner());
    EXPECT_TRUE(is<std::domain_error>(co_await thrown_by(wait_for(made, 100us))));
  });
}

TEST_F(AsyncioWaitForTest, test_cancel_blocking_wait_for) {
  keeps_order();
  cancelling_wait_for_cancels_the_task(std::nullopt);
}

TEST_F(AsyncioWaitForTest, test_cancel_wait_for) {
  keeps_order();
  cancelling_wait_for_cancels_the_task(60s);
}

TEST_F(AsyncioWaitForTest, test_wait_for_cancel_suppressed) {
  run_body([&]() -> coro<void> {
    const auto returns = []() -> coro<int> {
      static_cast<void>(co_await thrown_by(sleep(10s)));
      co_return 42;
    };
    EXPECT_EQ(co_await wait_for(returns(), 100ms), 42);
    EXPECT_EQ(current_task().cancelling(), 0);
  });
}

TEST_F(AsyncioWaitForTest, test_wait_for_issue86296) {
  keeps_order();
  run_body([&]() -> coro<void> {
    const auto inner = []() -> coro<std::string> { co_return "done"; };
    task<std::string> ends_at_once = create_task(inner());
    bool reached_end = false;
    const auto waits = [&]() -> coro<void> {
      static_cast<void>(co_await wait_for(ends_at_once, 100s));
      co_await sleep(1s);
      reached_end = true;
    };
    task<void> made = create_task(waits());
    EXPECT_FALSE(made.done());
    co_await sleep(0s);
    made.cancel();
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(made)));
    EXPECT_EQ(co_await ends_at_once, "done");
    EXPECT_FALSE(reached_end);
  });
}

class WaitForShieldTests : public AsyncioWaitForTest {
protected:
  static coro<std::string> done_after(seconds delay) {
    co_await sleep(delay);
    co_return "done";
  }
};

TEST_F(WaitForShieldTests, test_zero_timeout) {
  run_body([&]() -> coro<void> {
    task<std::string> made = create_task(done_after(10ms));
    future<std::string> shielded = shield(made);
    EXPECT_TRUE(is<timeout_error>(co_await thrown_by(wait_for(shielded, 0s))));
    EXPECT_FALSE(made.done());
    EXPECT_EQ(made.cancelling(), 0);
    EXPECT_TRUE(shielded.cancelled());
    co_await sleep(100ms);
    EXPECT_EQ(made.result(), "done");
  });
}

TEST_F(WaitForShieldTests, test_none_timeout) {
  run_body([&]() -> coro<void> {
    task<std::string> made = create_task(done_after(100ms));
    EXPECT_EQ(co_await wait_for(shield(made), std::nullopt), "done");
    EXPECT_TRUE(made.done());
    EXPECT_EQ(now(), 0.1);
  });
}

TEST_F(WaitForShieldTests, test_shielded_timeout) {
  run_body([&]() -> coro<void> {
    task<std::string> made = create_task(done_after(100ms));
    EXPECT_TRUE(is<timeout_error>(co_await thrown_by(wait_for(shield(made), 10ms))));
    EXPECT_FALSE(made.done());
    EXPECT_EQ(made.cancelling(), 0);
    EXPECT_EQ(co_await made, "done");
    EXPECT_EQ(now(), 0.1);
  });
}

// ---- what CPython does not test --------------------------------------------------------------------------------------

class wait_for_tests : public AsyncioWaitForTest {};

TEST_F(wait_for_tests, gives_what_can_only_be_moved) {
  run_body([&]() -> coro<void> {
    const auto makes = []() -> coro<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    EXPECT_EQ(*co_await wait_for(makes(), 1s), 7);
    task<std::unique_ptr<int>> made = create_task(makes());
    EXPECT_EQ(*co_await wait_for(made, 1s), 7);
  });
}

TEST_F(wait_for_tests, gives_references) {
  run_body([&]() -> coro<void> {
    int value = 1;
    const auto refers = [&]() -> coro<int&> { co_return value; };
    int& got = co_await wait_for(refers(), 1s);
    EXPECT_EQ(&got, &value);
  });
}

TEST_F(wait_for_tests, an_eager_coroutine_ends_without_time) {
  loop.set_task_factory(eager_task_factory);
  run_body([&]() -> coro<void> {
    const auto inner = []() -> coro<int> { co_return 1; };
    EXPECT_EQ(co_await wait_for(inner(), seconds(0)), 1);
  });
}

TEST_F(wait_for_tests, can_be_cancelled_while_what_it_cancelled_holds_on) {
  run_body([&]() -> coro<void> {
    bool exited = false;
    task<void> holds_on = create_task(slow(exited));
    co_await sleep(0s);
    task<void> waits = create_task(wait_for(holds_on, seconds(0)));
    co_await sleep(10ms);
    waits.cancel();
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(waits)));
    EXPECT_FALSE(exited);
    co_await holds_on;
    EXPECT_TRUE(exited);
  });
}

// A cancellation from outside wins over the time.
TEST_F(wait_for_tests, that_is_refused_reports_no_coroutine) {
  const auto refused = [&]() -> coro<void> { co_await wait_for(sleep(1s), seconds(std::nan(""))); };
  EXPECT_TRUE(is<std::invalid_argument>(thrown_in([&] { run(refused()); })));
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(wait_for_tests, without_time_leaves_a_future_of_another_loop_alone) {
  event_loop other{virtual_time()};
  const future<void> foreign = other.create_future<void>();
  const std::string error = thrown_message<runtime_error>([&] { run(wait_for(foreign, 0s)); });
  EXPECT_NE(error.find("attached to a different loop"), std::string::npos) << error;
  EXPECT_FALSE(foreign.cancelled());
}

TEST_F(wait_for_tests, a_foreign_cancellation_is_no_timeout) {
  run_body([&]() -> coro<void> {
    const auto both = [&]() -> coro<void> {
      const auto cancels_me = [me = current_task()]() -> coro<void> {
        static_cast<void>(co_await thrown_by(sleep(10s)));
        me.cancel();
        throw cancelled_error();
      };
      co_await wait_for(cancels_me(), 10ms);
    };
    task<void> made = create_task(both());
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(made)));
  });
}

}  // namespace
}  // namespace coroguard
