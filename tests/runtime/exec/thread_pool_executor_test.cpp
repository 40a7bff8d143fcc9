#include "coroguard/exec/thread_pool_executor.hpp"

#include "coroguard/exec/concurrent_wait.hpp"
#include "exec/ready_futures.hpp"

#include <gtest/gtest.h>

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <latch>
#include <memory>
#include <mutex>
#include <numeric>
#include <ranges>
#include <semaphore>
#include <string>
#include <vector>

namespace coroguard::test {
namespace {

using namespace std::chrono_literals;

int mul(int x, int y) { return x * y; }
long power(int base, int exponent) { return std::lround(std::pow(base, exponent)); }
std::pair<int, int> div_mod(int x, int y) {
  if (y == 0) throw std::domain_error("division by zero");
  return {x / y, x % y};
}

TEST(ExecutorTest, test_submit) {
  thread_pool_executor pool(5);
  EXPECT_EQ(pool.submit(power, 2, 8).result(), 256);
}

TEST(ExecutorTest, test_map) {
  std::vector<long> results;
  thread_pool_executor pool(5);
  for (const long value : pool.map(power, std::views::iota(0, 10), std::views::iota(0, 10))) results.push_back(value);
  std::vector<long> expected;
  for (int i = 0; i < 10; ++i) expected.push_back(power(i, i));
  EXPECT_EQ(results, expected);
}

TEST(ExecutorTest, test_map_exception) {
  thread_pool_executor pool(5);
  auto results = pool.map(div_mod, std::vector{1, 1, 1, 1}, std::vector{2, 3, 0, 5});
  EXPECT_EQ(results.next(), std::pair(0, 1));
  EXPECT_EQ(results.next(), std::pair(0, 1));
  EXPECT_THROW(results.next(), std::domain_error);
  EXPECT_EQ(results.next(), std::nullopt);
}

TEST(ExecutorTest, test_map_timeout) {
  event third_has_begun;
  event over;
  thread_pool_executor pool(1);  // so that the first two are finished when the third begins
  const auto work = [&](int item) {
    if (item < 2) return;
    third_has_begun.set();
    over.wait();
  };
  auto results = pool.map(work, std::vector{0, 1, 2}, 5ms);
  third_has_begun.wait();
  EXPECT_TRUE(results.next());
  EXPECT_TRUE(results.next());
  EXPECT_THROW(results.next(), timeout_error);
  EXPECT_EQ(results.next(), std::nullopt);
  over.set();
}

TEST(ExecutorTest, test_shutdown_race_issue12456) {
  thread_pool_executor pool(5);
  auto results = pool.map([](int value) { return std::to_string(value); }, std::vector<int>(6, 2));
  pool.shutdown();
  EXPECT_EQ(results.next(), "2");
}

TEST(ExecutorTest, test_no_stale_references) {
  event collected;
  thread_pool_executor pool(5);
  const auto watch = [&](int* object) {
    delete object;
    collected.set();
  };
  pool.submit([object = std::shared_ptr<int>(new int(1), watch)] {});
  collected.wait();
}

TEST(ExecutorTest, test_max_workers_negative) {
  for (const int number : {0, -1}) {
    try {
      const thread_pool_executor pool(number);
      FAIL() << "a pool without threads";
    } catch (const std::invalid_argument& error) {
      EXPECT_STREQ(error.what(), "max_workers must be greater than 0");
    }
  }
}

TEST(ExecutorTest, test_free_reference) {
  thread_pool_executor pool(5);
  auto results = pool.map([](int value) { return std::make_shared<int>(value); }, std::views::iota(0, 10));
  int count = 0;
  while (auto object = results.next()) {
    const std::weak_ptr<int> watch = *object;
    object.reset();
    EXPECT_TRUE(watch.expired());
    ++count;
  }
  EXPECT_EQ(count, 10);
}

TEST(ThreadPoolExecutorTest, test_map_submits_without_iteration) {
  std::mutex mutex;
  std::vector<int> finished;
  thread_pool_executor pool(5);
  // Kept until all have run: dropping the results would cancel the calls.
  const auto results = pool.map(
      [&](int n) {
        const std::lock_guard lock(mutex);
        finished.push_back(n);
      },
      std::views::iota(0, 10));
  pool.shutdown(true);
  std::ranges::sort(finished);
  EXPECT_TRUE(std::ranges::equal(finished, std::views::iota(0, 10)));
}

TEST(ThreadPoolExecutorTest, test_default_workers) {
  cpu_set_t cpus;
  ASSERT_EQ(sched_getaffinity(0, sizeof cpus, &cpus), 0);
  const thread_pool_executor pool;
  EXPECT_EQ(pool.max_workers(), static_cast<std::size_t>(std::min(32, CPU_COUNT(&cpus) + 4)));
}

TEST(ThreadPoolExecutorTest, test_saturation) {
  std::counting_semaphore<> semaphore(0);
  thread_pool_executor pool(4);
  for (int i = 0; i < 15 * 4; ++i) pool.submit([&] { semaphore.acquire(); });
  EXPECT_EQ(pool.worker_count(), 4U);
  semaphore.release(15 * 4);
  pool.shutdown(true);
  EXPECT_EQ(pool.worker_count(), 4U);
}

TEST(ThreadPoolExecutorTest, test_idle_thread_reuse) {
  thread_pool_executor pool;
  pool.submit(mul, 21, 2).result();
  pool.submit(mul, 6, 7).result();
  pool.submit(mul, 3, 14).result();
  EXPECT_EQ(pool.worker_count(), 1U);
  pool.shutdown(true);
}

TEST(ThreadPoolExecutorTest, test_executor_map_current_future_cancel) {
  event stop;
  std::mutex mutex;
  std::vector<std::string> log;
  const auto log_and_wait = [&](const std::string& name) {
    {
      const std::lock_guard lock(mutex);
      log.push_back(name + " started");
    }
    stop.wait();
    const std::lock_guard lock(mutex);
    log.push_back(name + " stopped");
  };
  {
    thread_pool_executor pool(1);
    const auto first = pool.submit(log_and_wait, "first");
    {
      auto results = pool.map(log_and_wait, std::vector<std::string>{"second", "third"}, 0s);
      EXPECT_THROW(results.next(), timeout_error);
    }
    stop.set();
    first.result();
  }
  // The second is cancelled by the error, the third because nobody will ask for it.
  EXPECT_EQ(log, (std::vector<std::string>{"first started", "first stopped"}));
}

TEST(InitializerMixin, test_initializer) {
  static thread_local std::string status = "uninitialized";
  std::latch both(2);
  thread_pool_executor pool(2, "", [] { status = "initialized"; });
  const auto get_status = [&] {
    both.arrive_and_wait();  // so that each of the two threads has its turn
    return status;
  };
  const std::vector<concurrent_future<std::string>> futures{pool.submit(get_status), pool.submit(get_status)};
  for (const auto& future : futures) EXPECT_EQ(future.result(), "initialized");
}

TEST(FailingInitializerMixin, test_initializer) {
  const captured_errors errors;
  event scheduled;
  thread_pool_executor pool(2, "", [&] {
    scheduled.wait();
    throw std::invalid_argument("error in initializer");
  });
  const auto future = pool.submit(mul, 1, 2);
  const auto cancelled = pool.submit(mul, 1, 2);
  EXPECT_TRUE(cancelled.cancel());
  scheduled.set();
  EXPECT_THROW(future.result(), broken_executor);
  EXPECT_THROW(cancelled.result(), cancelled_error);
  EXPECT_THROW(pool.submit(mul, 1, 2), broken_thread_pool);
  EXPECT_THROW(pool.post([] {}), broken_thread_pool);
  EXPECT_THROW(pool.map(mul, std::vector{1}, std::vector{2}), broken_thread_pool);
  pool.shutdown();
  ASSERT_FALSE(errors.taken().empty());
  EXPECT_EQ(errors.taken()[0], "Exception in initializer:\nstd::invalid_argument: error in initializer");
}

TEST(thread_pool_executor, an_idle_thread_is_used_before_another_is_started) {
  event over;
  thread_pool_executor pool(3);
  const auto blocked = pool.submit([&] { over.wait(); });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(pool.submit(mul, i, 2).result(), 2 * i);
  EXPECT_EQ(pool.worker_count(), 2U);
  over.set();
}

TEST(thread_pool_executor, done_callback_may_submit_and_wait) {
  event submitted;
  event inner_done;
  thread_pool_executor pool(2);
  const auto outer = pool.submit([&] { submitted.wait(); });
  outer.add_done_callback([&](const concurrent_future<void>&) {
    pool.submit(mul, 1, 1).result();  // the thread that runs this is not idle: another one is started
    inner_done.set();
  });
  submitted.set();
  inner_done.wait();
}

TEST(thread_pool_executor, work_submitted_during_a_callback_gets_a_thread) {
  event inside;
  event finished;
  event start;
  thread_pool_executor pool(2);
  const auto first = pool.submit([&] { start.wait(); });
  first.add_done_callback([&](const concurrent_future<void>&) {
    inside.set();
    finished.wait();
  });
  start.set();
  inside.wait();
  EXPECT_EQ(pool.submit(mul, 3, 4).result(), 12);
  finished.set();
}

TEST(thread_pool_executor, passes_move_only_arguments_and_results) {
  thread_pool_executor pool(1);
  const auto future = pool.submit([](std::unique_ptr<int> value) { return value; }, std::make_unique<int>(5));
  EXPECT_EQ(*future.result(), 5);
}

TEST(thread_pool_executor, passes_references) {
  int value = 1;
  thread_pool_executor pool(1);
  const auto future = pool.submit([](int& x) -> int& { return ++x, x; }, std::ref(value));
  EXPECT_EQ(&future.result(), &value);
  EXPECT_EQ(value, 2);
  auto results = pool.map([&](int) -> int& { return value; }, std::vector{1});
  EXPECT_EQ(&results.next()->get(), &value);
}

TEST(thread_pool_executor, arguments_die_before_the_outcome_is_known) {
  thread_pool_executor pool(1);
  auto argument = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = argument;
  const auto future = pool.submit([](const std::shared_ptr<int>&) {}, std::move(argument));
  future.result();
  EXPECT_TRUE(watch.expired());
}

TEST(thread_pool_executor, runs_posted_work_and_logs_its_errors) {
  const captured_errors errors;
  {
    event ran;
    thread_pool_executor pool(1);
    executor& any = pool;
    any.post([&] { ran.set(); });
    ran.wait();
    any.post([] { throw std::runtime_error("lost"); });
  }
  EXPECT_EQ(errors.taken(), std::vector<std::string>{"Exception in worker\nstd::runtime_error: lost"});
}

TEST(thread_pool_executor, cancelled_work_does_not_run) {
  event over;
  std::atomic<bool> ran = false;
  thread_pool_executor pool(1);
  const auto first = pool.submit([&] { over.wait(); });
  const auto second = pool.submit([&] { ran = true; });
  EXPECT_TRUE(second.cancel());
  over.set();
  EXPECT_EQ(concurrent::wait({first, second}).done.size(), 2U);
  EXPECT_FALSE(ran);
  EXPECT_FALSE(first.cancel());
}

TEST(thread_pool_executor, future_ended_by_somebody_else) {
  const captured_errors errors;
  event over;
  thread_pool_executor pool(1);
  const auto running = pool.submit([&] { return over.wait(), 1; });
  const auto queued = pool.submit(mul, 1, 1);
  queued.set_result(7);
  while (!running.running()) std::this_thread::yield();
  running.set_result(8);
  over.set();
  pool.shutdown();
  EXPECT_EQ(running.result(), 8);
  EXPECT_EQ(queued.result(), 7);
  EXPECT_EQ(errors.taken().size(), 2U);
}

TEST(thread_pool_executor, map_results_dropped_cancels_what_has_not_begun) {
  std::atomic<int> calls = 0;
  event over;
  event begun;
  {
    thread_pool_executor pool(1);
    {
      const auto results = pool.map(
          [&](int) {
            ++calls;
            begun.set();
            over.wait();
          },
          std::views::iota(0, 10));
      begun.wait();
    }
    over.set();
  }
  EXPECT_EQ(calls, 1);
}

TEST(thread_pool_executor, map_gives_results_in_input_order) {
  event second_done;
  thread_pool_executor pool(2);
  auto results = pool.map(
      [&](int i) {
        if (i == 0) second_done.wait();
        else second_done.set();
        return i;
      },
      std::vector{0, 1});
  EXPECT_EQ(results.next(), 0);
  EXPECT_EQ(results.next(), 1);
  EXPECT_EQ(results.next(), std::nullopt);
}

TEST(thread_pool_executor, map_ends_with_the_shortest_range) {
  std::vector<int> results;
  thread_pool_executor pool(2);
  for (const int value : pool.map(mul, std::vector{1, 2, 3}, std::vector{4, 5}, 100s)) results.push_back(value);
  EXPECT_EQ(results, (std::vector{4, 10}));
}

TEST(thread_pool_executor, map_refuses_nan) {
  thread_pool_executor pool(1);
  EXPECT_THROW(pool.map(mul, std::vector{1}, std::vector{1}, std::chrono::duration<double>(NAN)), std::invalid_argument);
}

}  // namespace
}  // namespace coroguard::test
