// What a cancellation says to whoever waits for the task.
#include <coroguard/task/wait.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_cancel_with_message_then_future_result) {
  for (const std::optional<std::string>& message : {std::optional<std::string>(), std::optional<std::string>("my message")}) {
    const auto body = [&]() -> coro<void> {
      const task<int> sleeper = new_task(twelve_after(seconds(10)));
      co_await sleep(seconds(0));
      sleeper.cancel(message);
      const std::vector<task<int>> one{sleeper};
      co_await wait(one);
      sleeper.result();
    };
    const task<void> t = new_task(body());
    EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), message.value_or("nothing"));
  }
}

TEST_F(BaseTaskTests, test_cancel_with_message_then_future_exception) {
  for (const std::optional<std::string>& message : {std::optional<std::string>(), std::optional<std::string>("my message")}) {
    const auto body = [&]() -> coro<void> {
      const task<int> sleeper = new_task(twelve_after(seconds(10)));
      co_await sleep(seconds(0));
      sleeper.cancel(message);
      const std::vector<task<int>> one{sleeper};
      co_await wait(one);
      sleeper.exception();
    };
    const task<void> t = new_task(body());
    EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), message.value_or("nothing"));
  }
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
