#include "coroguard/exec/thread_pool_executor.hpp"

#include "coroguard/base/sanitizers.hpp"
#include "coroguard/exec/concurrent_wait.hpp"
#include "exec/ready_futures.hpp"

#include <gtest/gtest.h>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <ranges>
#include <regex>
#include <semaphore>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {
bool forked_child = false;
}

// A forked child has the memory of the parent's threads but not the threads, which looks like leaks.
extern "C" int __lsan_is_turned_off() { return forked_child ? 1 : 0; }

// By default each process, the forked ones too, waits a second at its end for races.
extern "C" const char* __tsan_default_options() { return "atexit_sleep_ms=0"; }

namespace coroguard::test {
namespace {

int absolute(int value) { return value < 0 ? -value : value; }
const auto from_minus_5_to_4 = std::views::iota(-5, 5);

template <class Results>
void expect_absolutes(Results results) {
  std::vector<int> seen;
  for (const int value : results) seen.push_back(value);
  EXPECT_EQ(seen, (std::vector{5, 4, 3, 2, 1, 0, 1, 2, 3, 4}));
}

std::string name_of_this_thread() {
  char name[16] = {};
  pthread_getname_np(pthread_self(), name, sizeof name);
  return name;
}

// Runs `body` in a fork, which then exits as a program does, and returns its exit code.
template <class Body>
int exit_code_of_fork(Body body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    forked_child = true;
    body();
    std::exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ExecutorShutdownTest, test_run_after_shutdown) {
  thread_pool_executor pool(5);
  pool.shutdown();
  for (int i = 0; i < 2; ++i) {
    try {
      i == 0 ? (void)pool.submit(absolute, 1) : pool.post([] {});
      FAIL() << "work after shutdown";
    } catch (const runtime_error& error) {
      EXPECT_STREQ(error.what(), "cannot schedule new futures after shutdown");
    }
  }
}

// Tests of the end of a process are death tests: "threadsafe" ones start the test program once more.

event& exit_has_begun() {
  static event* const instance = new event;
  return *instance;
}

thread_pool_executor*& lasting_pool() {
  static thread_pool_executor* pool = nullptr;
  return pool;
}

// Work that ends only after `exit` was called.
void print_apple_during_exit() {
  exit_has_begun().wait();
  std::fputs("apple\n", stderr);
}

void leave_with_running_work(bool shut_down, bool cancel_futures) {
  lasting_pool() = new thread_pool_executor(5);
  std::latch running(1);
  lasting_pool()->submit([&running] {
    running.count_down();
    print_apple_during_exit();
  });
  running.wait();
  if (shut_down) lasting_pool()->shutdown(false, cancel_futures);
  std::atexit([] { exit_has_begun().set(); });
  std::exit(0);
}

TEST(ExecutorShutdownTest, test_interpreter_shutdown) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(leave_with_running_work(false, false), ::testing::ExitedWithCode(0), "^apple\n$");
}

void submit_from_exit_handler() {
  std::atexit([] {
    try {
      lasting_pool()->submit(absolute, 1);
    } catch (const runtime_error& error) {
      std::fputs(error.what(), stderr);
    }
  });
  lasting_pool() = new thread_pool_executor(5);
  std::exit(0);
}

TEST(ExecutorShutdownTest, test_submit_after_interpreter_shutdown) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(submit_from_exit_handler(), ::testing::ExitedWithCode(0),
              "^cannot schedule new futures after the process");
}

TEST(ExecutorShutdownTest, test_hang_issue12364) {
  std::counting_semaphore<> semaphore(0);
  std::vector<concurrent_future<void>> futures;
  thread_pool_executor pool(5);
  for (int i = 0; i < 50; ++i) futures.push_back(pool.submit([&] { semaphore.acquire(); }));
  std::thread other([&] { semaphore.release(50); });
  pool.shutdown();
  for (const auto& future : futures) EXPECT_EQ(future.exception(std::chrono::seconds(0)), nullptr);
  other.join();
}

TEST(ExecutorShutdownTest, test_cancel_futures) {
  std::latch all_busy(5);
  event over;
  std::vector<concurrent_future<void>> futures;
  thread_pool_executor pool(5);
  for (int i = 0; i < 50; ++i)
    futures.push_back(pool.submit([&] {
      all_busy.count_down();
      over.wait();
    }));
  all_busy.wait();
  futures.back().add_done_callback([&](const concurrent_future<void>&) { over.set(); });
  pool.shutdown(true, true);
  EXPECT_EQ(std::ranges::count_if(futures, &concurrent_future_base::cancelled), 45);
  for (const auto& future : futures) EXPECT_TRUE(future.done());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(futures[static_cast<std::size_t>(i)].exception(), nullptr);
}

TEST(ExecutorShutdownTest, test_hang_gh83386) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(leave_with_running_work(true, false), ::testing::ExitedWithCode(0), "^apple\n$");
}

TEST(ExecutorShutdownTest, test_hang_gh94440) {
  thread_pool_executor pool(1);
  pool.submit(absolute, 1).result();
  pool.submit(absolute, 1).cancel();
  pool.shutdown(true);
}

TEST(ThreadPoolShutdownTest, test_threads_terminate) {
  std::counting_semaphore<> semaphore(0);
  thread_pool_executor pool(5);
  for (int i = 0; i < 3; ++i) pool.submit([&] { semaphore.acquire(); });
  EXPECT_EQ(pool.worker_count(), 3U);
  semaphore.release(3);
  pool.shutdown();
}

TEST(ThreadPoolShutdownTest, test_context_manager_shutdown) {
  thread_pool_executor pool(5);
  expect_absolutes(pool.map(absolute, from_minus_5_to_4));
}

TEST(ThreadPoolShutdownTest, test_del_shutdown) {
  auto pool = std::make_unique<thread_pool_executor>(5);
  auto results = pool->map(absolute, from_minus_5_to_4);
  pool.reset();
  expect_absolutes(std::move(results));
}

TEST(ThreadPoolShutdownTest, test_shutdown_no_wait) {
  thread_pool_executor pool(5);
  auto results = pool.map(absolute, from_minus_5_to_4);
  pool.shutdown(false);
  pool.shutdown(true);
  expect_absolutes(std::move(results));
}

std::set<std::string> names_of_workers(thread_pool_executor& pool) {
  std::latch all(5);
  auto results = pool.map(
      [&](int) {
        all.arrive_and_wait();
        return name_of_this_thread();
      },
      std::views::iota(0, 5));
  std::set<std::string> names;
  for (const std::string& name : results) names.insert(name);
  return names;
}

TEST(ThreadPoolShutdownTest, test_thread_names_assigned) {
  thread_pool_executor pool(5, "SpecialPool");
  EXPECT_EQ(names_of_workers(pool), (std::set<std::string>{"SpecialPool_0", "SpecialPool_1", "SpecialPool_2",
                                                          "SpecialPool_3", "SpecialPool_4"}));
}

TEST(ThreadPoolShutdownTest, test_thread_names_default) {
  thread_pool_executor pool(5);
  const std::set<std::string> names = names_of_workers(pool);
  EXPECT_EQ(names.size(), 5U);
  for (const std::string& name : names)
    EXPECT_TRUE(std::regex_match(name, std::regex(R"(ThreadPool-\d+_[0-4])"))) << name;
}

TEST(ThreadPoolShutdownTest, test_cancel_futures_wait_false) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(leave_with_running_work(true, true), ::testing::ExitedWithCode(0), "^apple\n$");
}

void use_a_pool() {
#if !COROGUARD_THREAD_SANITIZER  // which forbids threads in a forked child
  thread_pool_executor own(1);
  if (own.submit(absolute, -1).result() != 1) std::exit(1);
#endif
}

TEST(ThreadPoolExecutorTest, test_hang_global_shutdown_lock) {
  const captured_errors errors;  // the last of the chain finds the pool shut down
  thread_pool_executor pool(1);
  struct chain {
    thread_pool_executor* pool;
    void operator()() const { pool->post(chain{pool}); }
  };
  pool.post(chain{&pool});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(exit_code_of_fork(use_a_pool), 0);
}

TEST(thread_pool_shutdown, fork_in_a_worker_exits) {
  thread_pool_executor pool(1);
  EXPECT_EQ(pool.submit([] { return exit_code_of_fork([] {}); }).result(), 0);
}

TEST(thread_pool_shutdown, pool_of_the_parent_is_broken_in_a_fork) {
  auto pool = std::make_unique<thread_pool_executor>(1);
  pool->submit(absolute, 1).result();
  const auto use_it = [&] {
    try {
      pool->submit(absolute, 1);
      std::exit(1);
    } catch (const broken_thread_pool&) {
    }
    pool->shutdown();
    pool.reset();
  };
  EXPECT_EQ(exit_code_of_fork(use_it), 0);
}

TEST(thread_pool_shutdown, long_names_keep_their_number) {
  thread_pool_executor pool(1, "a name of many words");
  EXPECT_EQ(pool.submit(name_of_this_thread).result(), "a name of man_0");
}

TEST(thread_pool_shutdown, dropped_futures_wake_those_who_wait) {
  event over;
  thread_pool_executor pool(1);
  const auto running = pool.submit([&] { over.wait(); });
  const auto dropped = pool.submit([] {});
  while (!running.running()) std::this_thread::yield();
  std::thread waiter([&] { EXPECT_EQ(concurrent::wait({dropped}).done.size(), 1U); });
  pool.shutdown(false, true);
  waiter.join();
  over.set();
  pool.shutdown();  // after shutdown(false) the destructor would not wait
}

TEST(thread_pool_shutdown, dropped_posted_work_is_destroyed) {
  event over;
  event busy;
  thread_pool_executor pool(1);
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  pool.post([&] {
    busy.set();
    over.wait();
  });
  busy.wait();
  pool.post([held = std::move(held)] {});
  pool.shutdown(false, true);
  EXPECT_TRUE(watch.expired());
  over.set();
  pool.shutdown();
}

TEST(thread_pool_shutdown, a_worker_cannot_wait_for_itself) {
  thread_pool_executor pool(1);
  const auto future = pool.submit([&] { pool.shutdown(); });
  EXPECT_THROW(future.result(), runtime_error);
  EXPECT_THROW(pool.submit(absolute, 1), runtime_error);
}

TEST(thread_pool_shutdown, a_worker_may_destroy_the_pool) {
  auto pool = std::make_unique<thread_pool_executor>(2);
  thread_pool_executor& same = *pool;
  event moved;
  const auto future = same.submit([&moved, &pool] {
    moved.wait();
    pool.reset();
  });
  moved.set();
  future.result();
}

TEST(thread_pool_shutdown, several_threads_may_wait) {
  event over;
  std::atomic<bool> finished = false;
  thread_pool_executor pool(2);
  pool.post([&] {
    over.wait();
    finished = true;
  });
  std::vector<std::thread> waiters;
  for (int i = 0; i < 3; ++i)
    waiters.emplace_back([&] {
      pool.shutdown();
      EXPECT_TRUE(finished);
    });
  over.set();
  for (std::thread& waiter : waiters) waiter.join();
}

TEST(thread_pool_shutdown, abandoned_pools_end_by_themselves) {
  event over;
  concurrent_future<int> future;
  {
    thread_pool_executor pool(1);
    future = pool.submit([&] { return over.wait(), 5; });
    pool.shutdown(false);
  }
  over.set();
  EXPECT_EQ(future.result(), 5);
}

TEST(thread_pool_shutdown, done_callback_of_dropped_future_may_call_the_pool) {
  event over;
  thread_pool_executor pool(1);
  const captured_errors errors;
  const auto running = pool.submit([&] { over.wait(); });
  const auto dropped = pool.submit([] {});
  while (!running.running()) std::this_thread::yield();
  bool refused = false;
  dropped.add_done_callback([&](const concurrent_future<void>&) {
    try {
      pool.submit([] {});
    } catch (const runtime_error&) {
      refused = true;
    }
  });
  pool.shutdown(false, true);
  EXPECT_TRUE(refused);
  over.set();
  pool.shutdown();
}

}  // namespace
}  // namespace coroguard::test
