// What a cancellation says to whoever waits for the task.
#include <coroguard/task/wait.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

coro<void> ask_cancelled_task(std::optional<std::string> message, void (*ask)(const task<int>&)) {
  const task<int> sleeper = create_task(twelve_after(seconds(10)));
  co_await sleep(seconds(0));
  sleeper.cancel(message);
  const std::vector<task<int>> one{sleeper};
  co_await wait(one);
  ask(sleeper);
}

TEST_F(BaseTaskTests, test_cancel_with_message_then_future_result) {
  const auto ask = [](const task<int>& cancelled) { cancelled.result(); };
  EXPECT_EQ(cancel_message(thrown_in([&] { run(ask_cancelled_task(std::nullopt, ask)); })), "nothing");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(ask_cancelled_task("my message", ask)); })), "my message");
}

TEST_F(BaseTaskTests, test_cancel_with_message_then_future_exception) {
  const auto ask = [](const task<int>& cancelled) { cancelled.exception(); };
  EXPECT_EQ(cancel_message(thrown_in([&] { run(ask_cancelled_task(std::nullopt, ask)); })), "nothing");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(ask_cancelled_task("my message", ask)); })), "my message");
}

TEST_F(BaseTaskTests, test_cancellation_exception_context) {
  const future<void> begun = new_future();
  const auto sleeps = [&]() -> coro<void> {
    begun.set_result();
    co_await sleep(seconds(10));
  };
  const auto body = [&]() -> coro<void> {
    const task<void> inner = new_task(sleeps());
    co_await begun;
    loop.call_soon([inner] { inner.cancel("msg"); });
    try {
      co_await inner;
    } catch (const cancelled_error&) {
      std::throw_with_nested(std::invalid_argument("cancelled"));
    }
  };
  const std::exception_ptr error = thrown_in([&] { run(body()); });
  EXPECT_EQ(text_of<std::invalid_argument>(error), "cancelled");
  EXPECT_EQ(cancel_message(nested_in(error)), "msg");
}

TEST_F(BaseTaskTests, test_cancel_with_message_before_starting_task) {
  bool begun = false;
  const auto sleeps = [&]() -> coro<void> {
    begun = true;
    co_await sleep(seconds(10));
  };
  const auto body = [&]() -> coro<void> {
    const task<void> inner = new_task(sleeps());
    inner.cancel("my message");
    const std::vector<task<void>> one{inner};
    co_await wait(one);
    inner.exception();
  };
  EXPECT_EQ(cancel_message(thrown_in([&] { run(body()); })), "my message");
  EXPECT_FALSE(begun);
}

}  // namespace
}  // namespace coroguard
