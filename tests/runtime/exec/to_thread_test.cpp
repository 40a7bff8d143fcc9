#include <coroguard/exec/run_in_executor.hpp>
#include <coroguard/task/gather.hpp>
#include <coroguard/task/runner.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "exec/kept_work.hpp"
#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

class ToThreadTests : public virtual_loop {};
class threads : public virtual_loop {};

int sum(const std::vector<int>& numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0); }

TEST_F(ToThreadTests, test_to_thread) { EXPECT_EQ(run(to_thread(sum, std::vector{40, 2})), 42); }

TEST_F(ToThreadTests, test_to_thread_exception) {
  const auto fail = [] { throw runtime_error("test"); };
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(to_thread(fail)); }), "test");
}

TEST_F(ToThreadTests, test_to_thread_once) {
  int calls = 0;
  run(to_thread([&] { ++calls; }));
  EXPECT_EQ(calls, 1);
}

TEST_F(ToThreadTests, test_to_thread_concurrent) {
  std::mutex mutex;
  std::vector<int> calls;
  const auto function = [&] {
    const std::scoped_lock lock(mutex);
    calls.push_back(1);
  };
  const auto body = [&]() -> coro<void> {
    std::vector<coro<void>> calls_to_make;
    for (int i = 0; i < 10; ++i) calls_to_make.push_back(to_thread(function));
    co_await gather(std::move(calls_to_make));
  };
  run(body());
  EXPECT_EQ(sum(calls), 10);
}

TEST_F(ToThreadTests, test_to_thread_args_kwargs) {
  const auto join = [](std::string text, const std::unique_ptr<bool>& something, int& calls) {
    ++calls;
    return text + (*something ? " true" : " false");
  };
  int calls = 0;
  EXPECT_EQ(run(to_thread(join, std::string("test"), std::make_unique<bool>(true), std::ref(calls))), "test true");
  EXPECT_EQ(calls, 1);
}

TEST_F(threads, begin_when_they_are_awaited) {
  bool called = false;
  coro<void> body = to_thread([&] { called = true; });
  EXPECT_EQ(loop.default_executor(), nullptr);
  body.close();
  EXPECT_FALSE(called);
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(threads, work_while_the_loop_goes_on) {
  held_work work;
  const auto body = [&]() -> coro<std::thread::id> {
    get_running_loop().call_soon([&] { work.let_go(); });  // or the thread would wait for ever
    co_return co_await to_thread([&] {
      work();
      return std::this_thread::get_id();
    });
  };
  EXPECT_NE(coroguard::run(body()), std::this_thread::get_id());
}

TEST_F(threads, refuse_to_work_without_a_loop) {
  // A coroutine begins in a task, and so in a loop; this is the executor of one that was shut down.
  const auto body = []() -> coro<void> {
    static_cast<void>(get_running_loop().take_default_executor());
    co_await to_thread([] {});
  };
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(body()); }), "Executor shutdown has been called");
}

}  // namespace
}  // namespace coroguard
