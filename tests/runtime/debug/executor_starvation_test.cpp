// Work that waits for threads which are busy. Real threads and real time: limits are short, and nothing must be quick.
#include <coroguard/debug/executor_starvation.hpp>
#include <coroguard/runtime.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "debug/captured_reports.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class starvation : public ::testing::Test {
protected:
  starvation() { set_executor_starvation_limit(50ms); }
  ~starvation() override { set_executor_starvation_limit(1s); }

  std::vector<report> found() {
    std::vector<report> result;
    for (const report& one : reports.take())
      if (one.rule == "executor-starvation") result.push_back(one);
    return result;
  }

  captured_reports reports;
};

void wait_for_flag(const std::atomic<bool>& flag) { flag.wait(false); }
void raise(std::atomic<bool>& flag) {
  flag = true;
  flag.notify_all();
}

coro<void> fills(thread_pool_executor& pool, int pieces, seconds time) {
  std::atomic<bool> released = false;
  std::vector<future<void>> all;
  for (int i = 0; i < pieces; ++i) all.push_back(get_running_loop().run_in_executor(&pool, [&] { wait_for_flag(released); }));
  co_await sleep(time);
  raise(released);
  for (future<void>& one : all) co_await one;
}

TEST_F(starvation, is_told_while_it_lasts_at_doubled_distances) {
  thread_pool_executor pool(2, "starved");
  run(fills(pool, 5, 1s), {.debug = true});
  const std::vector<report> result = found();
  ASSERT_FALSE(result.empty());
  EXPECT_LE(result.size(), 6u);  // 50, 100, 200, 400, 800 ms
  const report& first = result[0];
  EXPECT_TRUE(first.message.starts_with("3 pieces of work in the queue of thread pool 'starved', the oldest for 0.")) << first.message;
  EXPECT_TRUE(first.message.ends_with(" seconds, while all its 2 threads are busy")) << first.message;
  ASSERT_EQ(first.notes.size(), 3u);
  EXPECT_NE(first.notes[0].find("executor_starvation_test.cpp:41"), std::string::npos) << first.notes[0];
  EXPECT_EQ(function_name(first.creation_chain.at(0).function), "fills");
  EXPECT_GE(first.duration, 50ms);
  for (std::size_t i = 1; i < result.size(); ++i) EXPECT_GE(*result[i].duration, 2 * *result[i - 1].duration);
}

TEST_F(starvation, of_the_default_executor_by_work_that_waits_for_work) {
  const auto deadlocks = []() -> coro<void> {
    event_loop& loop = get_running_loop();
    loop.set_default_executor(std::make_unique<thread_pool_executor>(1));
    std::atomic<bool> released = false;
    future<void> outer = loop.run_in_executor(nullptr, [&] { wait_for_flag(released); });
    future<void> inner = loop.run_in_executor(nullptr, [&] { raise(released); });
    co_await sleep(500ms);
    raise(released);
    co_await outer;
    co_await inner;
  };
  run(deadlocks(), {.debug = true});
  EXPECT_FALSE(found().empty());
}

TEST_F(starvation, by_much_short_work) {
  const auto overloads = []() -> coro<void> {
    thread_pool_executor pool(1);
    std::vector<future<void>> all;
    for (int i = 0; i < 60; ++i) all.push_back(get_running_loop().run_in_executor(&pool, [] { std::this_thread::sleep_for(10ms); }));
    for (future<void>& one : all) co_await one;
  };
  run(overloads(), {.debug = true});
  EXPECT_FALSE(found().empty());
}

TEST_F(starvation, is_not_busy_threads_without_a_queue) {
  thread_pool_executor pool(4);
  run(fills(pool, 4, 300ms), {.debug = true});
  EXPECT_TRUE(found().empty());
}

TEST_F(starvation, is_not_a_queue_that_moves_on) {
  set_executor_starvation_limit(5s);
  const auto keeps_up = []() -> coro<void> {
    thread_pool_executor pool(1);
    std::vector<future<void>> all;
    for (int i = 0; i < 60; ++i) all.push_back(get_running_loop().run_in_executor(&pool, [] { std::this_thread::sleep_for(5ms); }));
    for (future<void>& one : all) co_await one;
  };
  run(keeps_up(), {.debug = true});
  EXPECT_TRUE(found().empty());
}

TEST_F(starvation, is_not_looked_for_without_debug_mode) {
  thread_pool_executor pool(1);
  run(fills(pool, 3, 300ms), {.debug = false});
  EXPECT_TRUE(found().empty());
}

TEST_F(starvation, is_not_an_idle_pool) {
  thread_pool_executor pool(2);
  run(fills(pool, 2, 100ms), {.debug = true});
  run(sleep(300ms), {.debug = true});
  EXPECT_TRUE(found().empty());
}

}  // namespace
}  // namespace coroguard
