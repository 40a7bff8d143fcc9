#include <coroguard/task/gather.hpp>
#include <coroguard/task/wait.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_cancel) {
  const task<int> t = new_task(twelve_after(seconds(10)));
  loop.call_soon([&] { t.cancel(); });
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_TRUE(t.done());
  EXPECT_TRUE(t.cancelled());
  EXPECT_FALSE(t.cancel());
  EXPECT_EQ(now(), 0);
}

TEST_F(BaseTaskTests, test_cancel_yield) {
  const auto body = []() -> coro<int> {
    for (int turn = 0; turn < 5; ++turn) co_await sleep(seconds(0));
    co_return 12;
  };
  const task<int> t = new_task(body());
  run_briefly();
  ASSERT_FALSE(t.done());
  EXPECT_TRUE(t.cancel());
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_TRUE(t.done());
  EXPECT_TRUE(t.cancelled());
  EXPECT_FALSE(t.cancel());
}

TEST_F(BaseTaskTests, test_cancel_inner_future) {
  const future<int> inner = new_future<int>();
  const task<int> t = new_task(await_future(inner));
  run_briefly();
  inner.cancel();
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_TRUE(inner.cancelled());
  EXPECT_TRUE(t.cancelled());
}

TEST_F(BaseTaskTests, test_cancel_both_task_and_inner_future) {
  const future<int> inner = new_future<int>();
  const task<int> t = new_task(await_future(inner));
  run_briefly();
  inner.cancel();
  t.cancel();
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_TRUE(t.done());
  EXPECT_TRUE(inner.cancelled());
  EXPECT_TRUE(t.cancelled());
}

TEST_F(BaseTaskTests, test_cancel_task_catching) {
  const future<void> first = new_future();
  const future<void> second = new_future();
  const auto body = [&]() -> coro<int> {
    co_await first;
    try {
      co_await second;
    } catch (const cancelled_error&) {
      co_return 42;
    }
    co_return 0;
  };
  const task<int> t = new_task(body());
  run_briefly();
  EXPECT_EQ(waiting_for(t), &first.state());
  first.set_result();
  run_briefly();
  EXPECT_EQ(waiting_for(t), &second.state());
  t.cancel();
  EXPECT_TRUE(second.cancelled());
  EXPECT_EQ(run(t), 42);
  EXPECT_FALSE(t.cancelled());
}

TEST_F(BaseTaskTests, test_cancel_task_ignoring) {
  const future<void> first = new_future();
  const future<void> second = new_future();
  const future<int> third = new_future<int>();
  const auto body = [&]() -> coro<int> {
    co_await first;
    try {
      co_await second;
    } catch (const cancelled_error&) {
    }
    co_return co_await third;
  };
  const task<int> t = new_task(body());
  run_briefly();
  EXPECT_EQ(waiting_for(t), &first.state());
  first.set_result();
  run_briefly();
  EXPECT_EQ(waiting_for(t), &second.state());
  t.cancel();
  EXPECT_TRUE(second.cancelled());
  run_briefly();
  EXPECT_EQ(waiting_for(t), &third.state());
  third.set_result(42);
  EXPECT_EQ(run(t), 42);
  EXPECT_FALSE(third.cancelled());
  EXPECT_FALSE(t.cancelled());
}

TEST_F(BaseTaskTests, test_cancel_current_task) {
  task<int> t;
  const auto body = [&]() -> coro<int> {
    t.cancel();
    EXPECT_TRUE(must_cancel(t));
    co_await sleep(seconds(100));
    co_return 12;
  };
  t = new_task(body());
  EXPECT_FALSE(t.cancelled());
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_TRUE(t.done());
  EXPECT_TRUE(t.cancelled());
  EXPECT_FALSE(t.cancel());
  EXPECT_EQ(now(), 0);
}

TEST_F(BaseTaskTests, test_cancel_at_end) {
  task<int> t;
  const auto body = [&]() -> coro<int> {
    t.cancel("at the end");
    EXPECT_TRUE(must_cancel(t));
    co_return 12;
  };
  t = new_task(body());
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "at the end");
  EXPECT_TRUE(t.done());
  EXPECT_TRUE(t.cancelled());
  EXPECT_FALSE(t.cancel());
}

TEST_F(BaseTaskTests, test_cancel_awaited_task) {
  keeps_order();
  const future<int> innermost = new_future<int>();
  task<int> self;
  task<int> nested;
  const auto body = [&]() -> coro<int> {
    nested = new_task(await_future(innermost));
    co_await sleep(seconds(0));
    self.cancel();
    co_return co_await nested;
  };
  self = new_task(body());
  EXPECT_THROW(run(self), cancelled_error);
  EXPECT_TRUE(self.cancelled());
  EXPECT_TRUE(nested.cancelled());
  EXPECT_TRUE(innermost.cancelled());
}

TEST_F(BaseTaskTests, test_task_cancel_sleeping_task) {
  const auto body = [&]() -> coro<std::string> {
    const task<int> sleeper = new_task(twelve_after(seconds(5000)));
    loop.call_later(seconds(0.1), [sleeper] { sleeper.cancel(); });
    try {
      co_await sleeper;
    } catch (const cancelled_error&) {
      co_return "cancelled";
    }
    co_return "slept in";
  };
  EXPECT_EQ(run(body()), "cancelled");
  EXPECT_NEAR(now(), 0.1, 1e-6);
}

TEST_F(BaseTaskTests, test_task_cancel_waiter_future) {
  const future<int> awaited = new_future<int>();
  const task<int> t = new_task(await_future(awaited));
  run_briefly();
  EXPECT_EQ(waiting_for(t), &awaited.state());
  t.cancel();
  run_briefly();
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_EQ(waiting_for(t), nullptr);
  EXPECT_TRUE(awaited.cancelled());
}

TEST_F(BaseTaskTests, test_baseexception_during_cancel) {
  const auto body = []() -> coro<void> {
    try {
      co_await sleep(seconds(10));
    } catch (const cancelled_error&) {
      throw keyboard_interrupt();
    }
  };
  const task<void> t = new_task(body());
  run_briefly();
  t.cancel();
  EXPECT_FALSE(t.done());
  EXPECT_THROW(run_briefly(), keyboard_interrupt);
  EXPECT_TRUE(t.done());
  EXPECT_FALSE(t.cancelled());
  EXPECT_TRUE(is<keyboard_interrupt>(t.exception()));
}

TEST_F(BaseTaskTests, test_yield_future_passes_cancel) {
  int proof = 0;
  const future<void> waiter = new_future();
  const auto inner = [&]() -> coro<void> {
    try {
      co_await waiter;
    } catch (const cancelled_error&) {
      proof += 1;
      throw;
    }
    ADD_FAILURE() << "got past the wait in inner()";
  };
  const auto outer = [&]() -> coro<void> {
    try {
      co_await inner();
      proof += 10;
    } catch (const cancelled_error&) {
      proof += 100;
    }
  };
  const task<void> t = ensure_future(outer(), loop);
  run_briefly();
  t.cancel();
  run(t);
  EXPECT_EQ(proof, 101);
  EXPECT_TRUE(waiter.cancelled());
}

TEST_F(BaseTaskTests, test_yield_wait_does_not_shield_cancel) {
  int proof = 0;
  const future<void> waiter = new_future();
  const auto inner = [&]() -> coro<void> {
    co_await waiter;
    proof += 1;
  };
  const auto outer = [&]() -> coro<void> {
    const std::vector<task<void>> one{create_task(inner())};
    co_await wait(one);
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

TEST_F(BaseTaskTests, test_cancel_gather_1) {
  keeps_order();
  const future<int> inner = new_future<int>();
  const auto body = [&]() -> coro<future<std::tuple<int>>> { co_return ensure_future(gather(await_future(inner))); };
  const future<std::tuple<int>> gathering = run(body());
  run_briefly();
  std::optional<bool> cancelled;
  inner.add_done_callback([&](const future<int>&) { cancelled = gathering.cancel(); });
  inner.set_result(42);
  EXPECT_EQ(std::get<0>(run(gathering)), 42);
  EXPECT_EQ(cancelled, false);
  EXPECT_FALSE(gathering.cancelled());
}

TEST_F(BaseTaskTests, test_cancel_gather_2) {
  for (const std::optional<std::string>& message : {std::optional<std::string>(), std::optional<std::string>("my message")}) {
    const auto forever = []() -> coro<void> {
      for (int i = 0; i < 100; ++i) co_await gather(return_exceptions, sleep(seconds(0.05)));
    };
    const auto body = [&]() -> coro<void> {
      const task<void> t = new_task(forever());
      co_await sleep(seconds(0.2));
      t.cancel(message);
      co_await t;
    };
    EXPECT_EQ(cancel_message(thrown_in([&] { run(body()); })), message.value_or("nothing"));
  }
}

}  // namespace
}  // namespace coroguard
