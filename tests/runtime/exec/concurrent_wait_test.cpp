#include "coroguard/exec/concurrent_wait.hpp"

#include "coroguard/exec/thread_pool_executor.hpp"
#include "exec/ready_futures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace coroguard::test {
namespace {

using namespace std::chrono_literals;
using futures = std::vector<concurrent_future<int>>;
using future_set = std::unordered_set<concurrent_future_base>;

int mul(int x, int y) { return x * y; }
int divide(int x, int y) {
  if (y == 0) throw std::domain_error("division by zero");
  return x / y;
}
future_set as_set(const futures& list) { return {list.begin(), list.end()}; }

// A pool with as many threads as CPython's tests use, and an event that its work can wait for.
class pool_with_event {
public:
  ~pool_with_event() { happened.set(); }
  concurrent_future<int> wait_for_event() {
    return pool.submit([this] { return happened.wait(), 1; });
  }

  event happened;
  thread_pool_executor pool{5};
};

TEST(WaitTests, test_20369) {
  thread_pool_executor pool(5);
  const auto future = pool.submit(mul, 1, 2);
  const auto [done, not_done] = concurrent::wait(futures{future, future}, {}, return_when::all_completed);
  EXPECT_EQ(done, futures{future});
  EXPECT_TRUE(not_done.empty());
}

TEST(WaitTests, test_first_completed) {
  pool_with_event with;
  const auto cancelled = cancelled_future();
  const auto future1 = with.pool.submit(mul, 21, 2);
  const auto future2 = with.wait_for_event();
  const auto [done, not_done] = concurrent::wait(futures{cancelled, future1, future2}, {}, return_when::first_completed);
  EXPECT_EQ(done, futures{future1});
  EXPECT_EQ(not_done, (futures{cancelled, future2}));
  with.happened.set();
  future2.result();
}

TEST(WaitTests, test_first_completed_some_already_completed) {
  pool_with_event with;
  const auto notified = cancelled_and_notified_future();
  const auto successful = successful_future();
  const auto future1 = with.wait_for_event();
  const auto [done, not_done] =
      concurrent::wait(futures{notified, successful, future1}, {}, return_when::first_completed);
  EXPECT_EQ(done, (futures{notified, successful}));
  EXPECT_EQ(not_done, futures{future1});
  with.happened.set();
  future1.result();
}

TEST(WaitTests, test_first_exception) {
  event first_is_done;
  pool_with_event with;
  const auto future1 = with.pool.submit(mul, 2, 21);
  const auto future2 = with.pool.submit([&]() -> int {
    first_is_done.wait();
    throw std::runtime_error("this is an exception");
  });
  const auto future3 = with.wait_for_event();
  std::thread other([&] {
    future1.result();
    first_is_done.set();
  });
  const auto [done, not_done] = concurrent::wait(futures{future1, future2, future3}, {}, return_when::first_exception);
  EXPECT_EQ(done, (futures{future1, future2}));
  EXPECT_EQ(not_done, futures{future3});
  other.join();
  with.happened.set();
  future3.result();
}

TEST(WaitTests, test_first_exception_some_already_complete) {
  pool_with_event with;
  const auto successful = successful_future();
  const auto cancelled = cancelled_future();
  const auto notified = cancelled_and_notified_future();
  const auto future1 = with.pool.submit(divide, 21, 0);
  const auto future2 = with.wait_for_event();
  const auto [done, not_done] = concurrent::wait(futures{successful, cancelled, notified, future1, future2}, {},
                                                 return_when::first_exception);
  EXPECT_EQ(done, (futures{successful, notified, future1}));
  EXPECT_EQ(not_done, (futures{cancelled, future2}));
  with.happened.set();
  future2.result();
}

TEST(WaitTests, test_first_exception_one_already_failed) {
  pool_with_event with;
  const auto failed = exception_future();
  const auto future1 = with.wait_for_event();
  const auto [done, not_done] = concurrent::wait(futures{failed, future1}, {}, return_when::first_exception);
  EXPECT_EQ(done, futures{failed});
  EXPECT_EQ(not_done, futures{future1});
  with.happened.set();
  future1.result();
}

TEST(WaitTests, test_all_completed) {
  thread_pool_executor pool(5);
  const futures all{successful_future(), cancelled_and_notified_future(), exception_future(),
                    pool.submit(divide, 2, 0), pool.submit(mul, 2, 21)};
  const auto [done, not_done] = concurrent::wait(all, {}, return_when::all_completed);
  EXPECT_EQ(done, all);
  EXPECT_TRUE(not_done.empty());
}

TEST(WaitTests, test_timeout) {
  pool_with_event with;
  const auto future = with.wait_for_event();
  const futures ended{cancelled_and_notified_future(), exception_future(), successful_future()};
  for (const auto limit : {0ms, 5ms}) {
    futures all = ended;
    all.push_back(future);
    const auto [done, not_done] = concurrent::wait(all, limit, return_when::all_completed);
    EXPECT_EQ(done, ended);
    EXPECT_EQ(not_done, futures{future});
  }
  with.happened.set();
  future.result();
}

TEST(ThreadPoolWaitTests, test_pending_calls_race) {
  pool_with_event with;
  futures all;
  for (int i = 0; i < 100; ++i) all.push_back(with.wait_for_event());
  with.happened.set();
  const auto [done, not_done] = concurrent::wait(all, {}, return_when::all_completed);
  EXPECT_EQ(done.size(), 100U);
  EXPECT_TRUE(not_done.empty());
}

TEST(AsCompletedTests, test_no_timeout) {
  thread_pool_executor pool(5);
  const futures all{cancelled_and_notified_future(), exception_future(), successful_future(), pool.submit(mul, 2, 21),
                    pool.submit(mul, 7, 6)};
  future_set seen;
  for (const auto& future : concurrent::as_completed(all)) EXPECT_TRUE(seen.insert(future).second);
  EXPECT_EQ(seen, as_set(all));
}

TEST(AsCompletedTests, test_future_times_out) {
  pool_with_event with;
  const futures ended{cancelled_and_notified_future(), exception_future(), successful_future()};
  for (const auto limit : {0ms, 5ms}) {
    futures all = ended;
    all.push_back(with.wait_for_event());
    future_set seen;
    const auto collect = [&] {
      for (const auto& future : concurrent::as_completed(all, limit)) seen.insert(future);
    };
    EXPECT_THROW(collect(), timeout_error);
    EXPECT_EQ(seen, as_set(ended));
  }
}

TEST(AsCompletedTests, test_duplicate_futures) {
  pool_with_event with;
  const auto future = with.wait_for_event();
  auto completed = concurrent::as_completed(futures{future, future, future});
  with.happened.set();
  EXPECT_EQ(completed.next(), future);
  EXPECT_EQ(completed.next(), std::nullopt);
}

// The future is gone when what it holds is gone: a future of an object whose death can be seen.
class observed_futures {
public:
  using future = concurrent_future<std::shared_ptr<int>>;

  void add_finished() {
    add();
    held.back().set_result(std::make_shared<int>(42));
    watched.back() = held.back().result();
  }
  void add() {
    held.emplace_back();
    watched.emplace_back();
  }
  // Drops the handle kept here and the one given; then nobody else must hold one.
  void expect_last_handle(future given) {
    const auto found = std::ranges::find(held, given);
    const auto index = found - held.begin();
    held.erase(found);
    const std::weak_ptr<int> result = watched[static_cast<std::size_t>(index)];
    watched.erase(watched.begin() + index);
    EXPECT_FALSE(result.expired());
    { const future dropped = std::move(given); }
    EXPECT_TRUE(result.expired());
  }
  void finish_first() {
    auto value = std::make_shared<int>(1);
    watched.front() = value;
    held.front().set_result(std::move(value));
  }

  std::vector<future> held;
  std::vector<std::weak_ptr<int>> watched;
};

TEST(AsCompletedTests, test_free_reference_yielded_future) {
  observed_futures all;
  for (int i = 0; i < 8; ++i) all.add();
  all.add_finished();
  all.add_finished();
  auto completed = concurrent::as_completed(all.held, 0s);
  for (int i = 0; i < 2; ++i) all.expect_last_handle(*completed.next());
  EXPECT_THROW(completed.next(), timeout_error);
  EXPECT_EQ(completed.next(), std::nullopt);

  all.finish_first();
  auto rest = concurrent::as_completed(all.held);
  while (auto future = rest.next()) {
    all.expect_last_handle(*std::exchange(future, std::nullopt));
    if (!all.held.empty()) all.finish_first();
  }
  EXPECT_TRUE(all.held.empty());
}

TEST(AsCompletedTests, test_correct_timeout_exception_msg) {
  const futures all{cancelled_and_notified_future(), pending_future(), running_future(), successful_future()};
  try {
    for (const auto& future : concurrent::as_completed(all, 0s)) EXPECT_TRUE(future.done());
    FAIL() << "two futures are unfinished";
  } catch (const timeout_error& error) {
    EXPECT_STREQ(error.what(), "2 (of 4) futures unfinished");
  }
}

TEST(concurrent_as_completed, yields_in_order_of_completion) {
  const futures all(4);
  all[2].set_result(2);
  auto completed = concurrent::as_completed(all);
  for (const int i : {3, 0, 1}) all[static_cast<std::size_t>(i)].set_result(i);
  std::vector<int> order;
  for (const auto& future : completed) order.push_back(future.result());
  EXPECT_EQ(order, (std::vector{2, 3, 0, 1}));
}

TEST(concurrent_as_completed, counts_a_cancellation_once_it_was_noticed) {
  const auto future = cancelled_future();
  auto completed = concurrent::as_completed({future});
  std::thread worker([&] { EXPECT_FALSE(future.set_running_or_notify_cancel()); });
  EXPECT_EQ(completed.next(), future);
  worker.join();
}

TEST(concurrent_as_completed, of_nothing) {
  EXPECT_EQ(concurrent::as_completed(futures{}).next(), std::nullopt);
  EXPECT_TRUE(concurrent::wait(futures{}).done.empty());
}

TEST(concurrent_as_completed, is_an_input_range) {
  static_assert(std::ranges::input_range<concurrent::completed_range<concurrent_future<int>>>);
  static_assert(std::ranges::input_range<map_results<int>>);
}

TEST(concurrent_as_completed, dropped_early_leaves_nothing_behind) {
  const futures all(3);
  all[0].set_result(0);
  {
    auto completed = concurrent::as_completed(all);
    EXPECT_TRUE(completed.next());
  }
  all[1].set_result(1);
  all[2].set_result(2);
}

TEST(concurrent_as_completed, many_threads_complete_at_once) {
  thread_pool_executor pool(4);
  futures all;
  for (int i = 0; i < 200; ++i) all.push_back(pool.submit(mul, i, 1));
  long sum = 0;
  for (const auto& future : concurrent::as_completed(all)) sum += future.result();
  EXPECT_EQ(sum, 199 * 200 / 2);
}

TEST(concurrent_wait, takes_futures_of_several_types) {
  const concurrent_future<std::string> text;
  const concurrent_future<void> nothing;
  text.set_result("done");
  const auto [done, not_done] = concurrent::wait({text, nothing}, 0s);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(concurrent_future<std::string>(done[0]).result(), "done");
  EXPECT_EQ(not_done, std::vector<concurrent_future_base>{nothing});
}

TEST(concurrent_wait, cancellation_is_no_exception) {
  const futures all{cancelled_and_notified_future(), pending_future()};
  const auto [done, not_done] = concurrent::wait(all, 2ms, return_when::first_exception);
  EXPECT_EQ(done.size(), 1U);
  EXPECT_EQ(not_done.size(), 1U);
}

TEST(concurrent_wait, wakes_for_a_noticed_cancellation) {
  const auto future = pending_future();
  std::thread other([&] {
    EXPECT_TRUE(future.cancel());
    EXPECT_FALSE(future.set_running_or_notify_cancel());
  });
  EXPECT_EQ(concurrent::wait({future}).done.size(), 1U);
  other.join();
}

}  // namespace
}  // namespace coroguard::test
