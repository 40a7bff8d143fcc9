#include "coroguard/exec/concurrent_future.hpp"

#include "exec/ready_futures.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <latch>
#include <memory>
#include <regex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace coroguard::test {
namespace {

using namespace std::chrono_literals;

std::exception_ptr test_error() { return std::make_exception_ptr(std::runtime_error("test")); }

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return caught.what();
  }
}

void expect_match(const std::string& text, const std::string& pattern) {
  EXPECT_TRUE(std::regex_match(text, std::regex(pattern))) << text << "\ndoes not match\n" << pattern;
}

TEST(FutureTests, test_done_callback_with_result) {
  int seen = 0;
  concurrent_future<int> f;
  f.add_done_callback([&](concurrent_future<int> done) { seen = done.result(); });
  EXPECT_EQ(seen, 0);
  f.set_result(5);
  EXPECT_EQ(seen, 5);
}

TEST(FutureTests, test_done_callback_with_exception) {
  std::exception_ptr seen;
  concurrent_future<int> f;
  f.add_done_callback([&](concurrent_future<int> done) { seen = done.exception(); });
  f.set_exception(test_error());
  ASSERT_TRUE(seen);
  EXPECT_EQ(text_of(seen), "test");
}

TEST(FutureTests, test_done_callback_with_cancel) {
  bool was_cancelled = false;
  concurrent_future<int> f;
  f.add_done_callback([&](concurrent_future<int> done) { was_cancelled = done.cancelled(); });
  EXPECT_TRUE(f.cancel());
  EXPECT_TRUE(was_cancelled);
}

TEST(FutureTests, test_done_callback_raises) {
  const captured_errors errors;
  bool raising_was_called = false;
  bool other_was_called = false;
  concurrent_future<int> f;
  f.add_done_callback([&](const concurrent_future<int>&) {
    raising_was_called = true;
    throw std::runtime_error("doh!");
  });
  f.add_done_callback([&](const concurrent_future<int>&) { other_was_called = true; });
  f.set_result(5);
  EXPECT_TRUE(raising_was_called);
  EXPECT_TRUE(other_was_called);
  ASSERT_EQ(errors.taken().size(), 1U);
  EXPECT_NE(errors.taken()[0].find("std::runtime_error: doh!"), std::string::npos) << errors.taken()[0];
}

TEST(FutureTests, test_done_callback_already_successful) {
  int seen = 0;
  concurrent_future<int> f;
  f.set_result(5);
  f.add_done_callback([&](concurrent_future<int> done) { seen = done.result(); });
  EXPECT_EQ(seen, 5);
}

TEST(FutureTests, test_done_callback_already_failed) {
  std::exception_ptr seen;
  concurrent_future<int> f;
  f.set_exception(test_error());
  f.add_done_callback([&](concurrent_future<int> done) { seen = done.exception(); });
  ASSERT_TRUE(seen);
  EXPECT_EQ(text_of(seen), "test");
}

TEST(FutureTests, test_done_callback_already_cancelled) {
  bool was_cancelled = false;
  concurrent_future<int> f;
  EXPECT_TRUE(f.cancel());
  f.add_done_callback([&](concurrent_future<int> done) { was_cancelled = done.cancelled(); });
  EXPECT_TRUE(was_cancelled);
}

TEST(FutureTests, test_done_callback_raises_already_succeeded) {
  const captured_errors errors;
  concurrent_future<int> f;
  f.set_result(5);
  f.add_done_callback([](const concurrent_future<int>&) { throw std::runtime_error("doh!"); });
  ASSERT_EQ(errors.taken().size(), 1U);
  expect_match(errors.taken()[0], "exception calling callback for <concurrent_future at 0x[0-9a-f]+ state=finished "
                                  "returned int>\nstd::runtime_error: doh!");
}

TEST(FutureTests, test_repr) {
  const std::string begin = "<concurrent_future at 0x[0-9a-f]+ state=";
  expect_match(repr(pending_future()), begin + "pending>");
  expect_match(repr(running_future()), begin + "running>");
  expect_match(repr(cancelled_future()), begin + "cancelled>");
  expect_match(repr(cancelled_and_notified_future()), begin + "cancelled>");
  expect_match(repr(exception_future()), begin + "finished raised std::runtime_error>");
  expect_match(repr(successful_future()), begin + "finished returned int>");
}

TEST(FutureTests, test_cancel) {
  const auto f1 = pending_future();
  EXPECT_TRUE(f1.cancel());
  EXPECT_EQ(f1.state(), concurrent_state::cancelled);
  const auto f2 = running_future();
  EXPECT_FALSE(f2.cancel());
  EXPECT_EQ(f2.state(), concurrent_state::running);
  const auto f3 = cancelled_future();
  EXPECT_TRUE(f3.cancel());
  EXPECT_EQ(f3.state(), concurrent_state::cancelled);
  const auto f4 = cancelled_and_notified_future();
  EXPECT_TRUE(f4.cancel());
  EXPECT_EQ(f4.state(), concurrent_state::cancelled_and_notified);
  const auto f5 = exception_future();
  EXPECT_FALSE(f5.cancel());
  EXPECT_EQ(f5.state(), concurrent_state::finished);
  const auto f6 = successful_future();
  EXPECT_FALSE(f6.cancel());
  EXPECT_EQ(f6.state(), concurrent_state::finished);
}

TEST(FutureTests, test_cancelled) {
  EXPECT_FALSE(pending_future().cancelled());
  EXPECT_FALSE(running_future().cancelled());
  EXPECT_TRUE(cancelled_future().cancelled());
  EXPECT_TRUE(cancelled_and_notified_future().cancelled());
  EXPECT_FALSE(exception_future().cancelled());
  EXPECT_FALSE(successful_future().cancelled());
}

TEST(FutureTests, test_done) {
  EXPECT_FALSE(pending_future().done());
  EXPECT_FALSE(running_future().done());
  EXPECT_TRUE(cancelled_future().done());
  EXPECT_TRUE(cancelled_and_notified_future().done());
  EXPECT_TRUE(exception_future().done());
  EXPECT_TRUE(successful_future().done());
}

TEST(FutureTests, test_running) {
  EXPECT_FALSE(pending_future().running());
  EXPECT_TRUE(running_future().running());
  EXPECT_FALSE(cancelled_future().running());
  EXPECT_FALSE(cancelled_and_notified_future().running());
  EXPECT_FALSE(exception_future().running());
  EXPECT_FALSE(successful_future().running());
}

TEST(FutureTests, test_result_with_timeout) {
  EXPECT_THROW(pending_future().result(0s), timeout_error);
  EXPECT_THROW(running_future().result(0s), timeout_error);
  EXPECT_THROW(cancelled_future().result(0s), cancelled_error);
  EXPECT_THROW(cancelled_and_notified_future().result(0s), cancelled_error);
  EXPECT_THROW(exception_future().result(0s), std::runtime_error);
  EXPECT_EQ(successful_future().result(0s), 42);
}

TEST(FutureTests, test_result_with_success) {
  const concurrent_future<int> f;
  std::latch about_to_wait(1);
  std::thread other([&] {
    about_to_wait.wait();
    f.set_result(42);
  });
  about_to_wait.count_down();
  EXPECT_EQ(f.result(), 42);
  other.join();
}

TEST(FutureTests, test_result_with_cancel) {
  const concurrent_future<int> f;
  std::latch about_to_wait(1);
  std::thread other([&] {
    about_to_wait.wait();
    f.cancel();
  });
  about_to_wait.count_down();
  EXPECT_THROW(f.result(), cancelled_error);
  other.join();
}

TEST(FutureTests, test_exception_with_timeout) {
  EXPECT_THROW(pending_future().exception(0s), timeout_error);
  EXPECT_THROW(running_future().exception(0s), timeout_error);
  EXPECT_THROW(cancelled_future().exception(0s), cancelled_error);
  EXPECT_THROW(cancelled_and_notified_future().exception(0s), cancelled_error);
  EXPECT_EQ(text_of(exception_future().exception(0s)), "os error");
  EXPECT_EQ(successful_future().exception(0s), nullptr);
}

TEST(FutureTests, test_exception_with_success) {
  const concurrent_future<int> f;
  std::latch about_to_wait(1);
  std::thread other([&] {
    about_to_wait.wait();
    f.set_exception(test_error());
  });
  about_to_wait.count_down();
  EXPECT_EQ(text_of(f.exception()), "test");
  other.join();
}

TEST(FutureTests, test_multiple_set_result) {
  const concurrent_future<int> f;
  f.set_result(1);
  try {
    f.set_result(2);
    FAIL() << "a second result";
  } catch (const invalid_state_error& error) {
    expect_match(error.what(), "FINISHED: <concurrent_future at 0x[0-9a-f]+ state=finished returned int>");
  }
  EXPECT_TRUE(f.done());
  EXPECT_EQ(f.result(), 1);
}

TEST(FutureTests, test_multiple_set_exception) {
  const concurrent_future<int> f;
  const std::exception_ptr first = std::make_exception_ptr(std::invalid_argument(""));
  f.set_exception(first);
  try {
    f.set_exception(test_error());
    FAIL() << "a second exception";
  } catch (const invalid_state_error& error) {
    expect_match(error.what(),
                 "FINISHED: <concurrent_future at 0x[0-9a-f]+ state=finished raised std::invalid_argument>");
  }
  EXPECT_EQ(f.exception(), first);
}

TEST(concurrent_future, result_of_cancelled_future_is_refused) {
  EXPECT_THROW(cancelled_future().set_result(1), invalid_state_error);
  EXPECT_THROW(cancelled_and_notified_future().set_exception(test_error()), invalid_state_error);
  EXPECT_THROW(pending_future().set_exception(nullptr), std::invalid_argument);
}

TEST(concurrent_future, set_running_twice) {
  const captured_errors errors;
  EXPECT_THROW(running_future().set_running_or_notify_cancel(), runtime_error);
  EXPECT_THROW(successful_future().set_running_or_notify_cancel(), runtime_error);
  EXPECT_THROW(cancelled_and_notified_future().set_running_or_notify_cancel(), runtime_error);
  ASSERT_EQ(errors.taken().size(), 3U);
  expect_match(errors.taken()[0], "<concurrent_future at 0x[0-9a-f]+ state=running> in unexpected state: RUNNING\n"
                                  "coroguard::runtime_error: Future in unexpected state");
}

TEST(concurrent_future, callbacks_run_in_order) {
  std::vector<int> order;
  const concurrent_future<void> f;
  for (int i = 0; i < 5; ++i) f.add_done_callback([&order, i](const concurrent_future<void>&) { order.push_back(i); });
  f.set_result();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST(concurrent_future, callback_added_by_callback_runs_at_once) {
  std::vector<int> order;
  const concurrent_future<void> f;
  f.add_done_callback([&](const concurrent_future<void>& done) {
    done.add_done_callback([&](const concurrent_future<void>&) { order.push_back(1); });
    order.push_back(2);
  });
  f.set_result();
  EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(concurrent_future, callback_may_drop_the_last_handle) {
  auto f = std::make_unique<concurrent_future<int>>();
  int seen = 0;
  f->add_done_callback([&](const concurrent_future<int>&) { f.reset(); });
  f->add_done_callback([&](const concurrent_future<int>& done) { seen = done.result(); });
  f->set_result(3);
  EXPECT_EQ(seen, 3);
}

TEST(concurrent_future, callbacks_are_dropped_after_the_call) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  const concurrent_future<void> f;
  f.add_done_callback([held = std::move(held)](const concurrent_future<void>&) {});
  EXPECT_FALSE(watch.expired());
  f.set_result();
  EXPECT_TRUE(watch.expired());
}

TEST(concurrent_future, takes_a_callback_object) {
  int calls = 0;
  callback<void(concurrent_future<int>)> function = [&](const concurrent_future<int>&) { ++calls; };
  const concurrent_future<int> f;
  f.add_done_callback(std::move(function));
  f.set_result(1);
  EXPECT_EQ(calls, 1);
}

TEST(concurrent_future, copyable_result_is_copied) {
  const concurrent_future<std::string> f;
  f.set_result("text");
  EXPECT_EQ(f.result(), "text");
  EXPECT_EQ(f.result(), "text");
  EXPECT_EQ(f.take(), "text");
  EXPECT_THROW(f.result(), invalid_state_error);
  EXPECT_THROW(f.take(), invalid_state_error);
  EXPECT_EQ(f.exception(), nullptr);
}

TEST(concurrent_future, move_only_result_is_moved_out_once) {
  const concurrent_future<std::unique_ptr<int>> f;
  f.set_result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = f.result();
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, 7);
  EXPECT_THROW(f.result(), invalid_state_error);
}

TEST(concurrent_future, result_that_only_claims_to_be_copyable_is_taken) {
  const concurrent_future<std::vector<std::unique_ptr<int>>> f;
  f.set_result(std::vector<std::unique_ptr<int>>(3));
  EXPECT_EQ(f.take().size(), 3U);
}

TEST(concurrent_future, reference_result) {
  int object = 1;
  const concurrent_future<int&> f;
  f.set_result(object);
  EXPECT_EQ(&f.result(), &object);
  expect_match(repr(f), ".* returned int>");
}

TEST(concurrent_future, time_limits) {
  EXPECT_THROW(pending_future().result(-1s), timeout_error);
  EXPECT_THROW(pending_future().result(2ms), timeout_error);
  EXPECT_THROW(pending_future().result(std::chrono::duration<double>(NAN)), std::invalid_argument);
  EXPECT_EQ(successful_future().result(std::chrono::duration<double>(INFINITY)), 42);
  const concurrent_future<int> f;
  std::thread other([&] { f.set_result(1); });
  EXPECT_EQ(f.result(std::chrono::duration<double>(1e300)), 1);
  other.join();
}

TEST(concurrent_future, handles_on_one_future_are_equal) {
  const concurrent_future<int> a;
  const concurrent_future<int> b = a;
  const concurrent_future<std::string> c;
  EXPECT_EQ(a, b);
  EXPECT_FALSE(a == concurrent_future<int>());
  const std::unordered_set<concurrent_future_base> set{a, b, c};
  EXPECT_EQ(set.size(), 2U);
}

TEST(concurrent_future, one_of_many_threads_ends_it) {
  const concurrent_future<int> f;
  std::atomic<int> accepted = 0;
  std::atomic<int> calls = 0;
  f.add_done_callback([&](const concurrent_future<int>&) { ++calls; });
  std::latch start(4);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      try {
        if (i == 0) accepted += f.cancel() ? 1 : 0;
        else f.set_result(i), ++accepted;
      } catch (const invalid_state_error&) {
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(f.done());
}

}  // namespace
}  // namespace coroguard::test
