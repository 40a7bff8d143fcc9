#include "coroguard/exec/wrap_future.hpp"

#include <gtest/gtest.h>

#include <coroguard/exec/thread_pool_executor.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

#include "exec/kept_work.hpp"
#include "exec/ready_futures.hpp"
#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

class BaseFutureTests : public virtual_loop {};
class wrapped_futures : public virtual_loop {};

TEST_F(BaseFutureTests, test_wrap_future) {
  thread_pool_executor pool(1);
  const auto run_there = [](std::string argument) { return std::pair(argument, std::this_thread::get_id()); };
  const auto [result, thread] = run(wrap_future(pool.submit(run_there, "oi"), loop));
  EXPECT_EQ(result, "oi");
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST_F(BaseFutureTests, test_wrap_future_future) {
  const future<int> given = loop.create_future<int>();
  EXPECT_EQ(wrap_future(given), given);
  EXPECT_EQ(wrap_future(given, loop), given);
}

TEST_F(BaseFutureTests, test_wrap_future_without_loop) {
  const concurrent_future<int> inner;
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(wrap_future(inner)); }), "no running event loop");
}

TEST_F(BaseFutureTests, test_wrap_future_use_running_loop) {
  thread_pool_executor pool(1);
  const auto body = [&]() -> coro<bool> {
    const future<int> wrapped = wrap_future(pool.submit([] { return 1; }));
    const bool same = &wrapped.get_loop() == &loop;
    co_return same && co_await wrapped == 1;
  };
  EXPECT_TRUE(run(body()));
}

TEST_F(BaseFutureTests, test_wrap_future_cancel) {
  const concurrent_future<int> inner;
  const future<int> outer = wrap_future(inner, loop);
  outer.cancel();
  run_briefly();
  EXPECT_TRUE(inner.cancelled());
  EXPECT_TRUE(outer.cancelled());
}

TEST_F(BaseFutureTests, test_wrap_future_cancel2) {
  const concurrent_future<int> inner;
  const future<int> outer = wrap_future(inner, loop);
  inner.set_result(42);
  outer.cancel();
  run_briefly();
  EXPECT_FALSE(inner.cancelled());
  EXPECT_EQ(inner.result(), 42);
  EXPECT_TRUE(outer.cancelled());
}

TEST_F(wrapped_futures, are_cancelled_with_the_inner_one) {
  const concurrent_future<int> inner;
  const future<int> outer = wrap_future(inner, loop);
  EXPECT_TRUE(inner.cancel());
  EXPECT_FALSE(outer.done());  // the loop has not heard of it yet
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
}

// A thread does the work: it cannot be cancelled any more, and nobody gets the result.
TEST_F(wrapped_futures, cannot_cancel_work_that_runs) {
  const concurrent_future<int> inner;
  inner.set_running_or_notify_cancel();
  const future<int> outer = wrap_future(inner, loop);
  EXPECT_TRUE(outer.cancel());
  run_briefly();
  EXPECT_FALSE(inner.cancelled());
  inner.set_result(1);
  run_briefly();
  EXPECT_TRUE(outer.cancelled());
  EXPECT_EQ(inner.result(), 1);
}

TEST_F(wrapped_futures, cancel_the_work_in_the_next_turn) {
  const concurrent_future<void> inner;
  const future<void> outer = wrap_future(inner, loop);
  outer.cancel();
  EXPECT_FALSE(inner.cancelled());
  run_once();
  EXPECT_TRUE(inner.cancelled());
}

TEST_F(wrapped_futures, of_what_is_done_end_in_the_next_turn) {
  const concurrent_future<int> inner;
  inner.set_result(5);
  const future<int> outer = wrap_future(inner, loop);
  EXPECT_FALSE(outer.done());
  run_once();
  EXPECT_EQ(outer.result(), 5);
}

TEST_F(wrapped_futures, throw_what_the_work_threw) {
  thread_pool_executor pool(1);
  const concurrent_future<int> inner = pool.submit([]() -> int { throw std::out_of_range("far away"); });
  EXPECT_EQ(thrown_message<std::out_of_range>([&] { run(wrap_future(inner, loop)); }), "far away");
}

TEST_F(wrapped_futures, copy_results_and_move_what_can_only_be_moved) {
  const concurrent_future<std::string> text;
  const concurrent_future<std::unique_ptr<int>> pointer;
  int number = 0;
  const concurrent_future<int&> reference;
  const future<std::string> wrapped_text = wrap_future(text, loop);
  const future<std::unique_ptr<int>> wrapped_pointer = wrap_future(pointer, loop);
  const future<int&> wrapped_reference = wrap_future(reference, loop);
  text.set_result("text");
  pointer.set_result(std::make_unique<int>(3));
  reference.set_result(number);
  EXPECT_EQ(run(wrapped_text), "text");
  EXPECT_EQ(text.result(), "text");
  EXPECT_EQ(*run(wrapped_pointer), 3);
  EXPECT_EQ(thrown_message<invalid_state_error>([&] { pointer.take(); }), "the result was taken out of the future");
  EXPECT_EQ(&loop.run_until_complete(wrapped_reference), &number);
}

TEST_F(wrapped_futures, fail_when_somebody_else_took_the_result) {
  const concurrent_future<std::unique_ptr<int>> inner;
  inner.set_result(std::make_unique<int>(3));
  EXPECT_EQ(*inner.take(), 3);
  EXPECT_EQ(thrown_message<invalid_state_error>([&] { run(wrap_future(inner, loop)); }),
            "the result was taken out of the future");
}

TEST_F(wrapped_futures, can_be_several_of_one) {
  const concurrent_future<int> inner;
  const future<int> first = wrap_future(inner, loop);
  const future<int> second = wrap_future(inner, loop);
  std::thread([&] { inner.set_result(9); }).join();
  EXPECT_EQ(run(first) + run(second), 18);
}

TEST_F(wrapped_futures, stay_pending_when_the_loop_is_closed) {
  const concurrent_future<int> inner;
  const test::captured_errors errors;
  const future<int> outer = wrap_future(inner, loop);
  loop.close();
  inner.set_result(1);
  EXPECT_FALSE(outer.done());
  EXPECT_TRUE(errors.taken().empty());
}

TEST_F(wrapped_futures, stay_pending_when_the_loop_is_destroyed) {
  const concurrent_future<int> inner;
  future<int> outer;
  {
    event_loop short_lived;
    outer = wrap_future(inner, short_lived);
  }
  std::thread([&] { inner.set_result(1); }).join();
  EXPECT_FALSE(outer.done());
}

TEST_F(wrapped_futures, are_dropped_with_the_inner_one_ended) {
  const auto held = std::make_shared<int>(1);
  {
    const concurrent_future<std::shared_ptr<int>> inner;
    static_cast<void>(wrap_future(inner, loop));
    inner.set_result(held);
  }
  run_briefly();
  EXPECT_EQ(held.use_count(), 1);  // no circle keeps it
}

// What is neither kind of future is no argument, which the compiler says.
template <class Future>
concept accepted = requires(Future given) { wrap_future(given); };
static_assert(accepted<concurrent_future<int>>);
static_assert(accepted<future<int>>);
static_assert(!accepted<int>);

}  // namespace
}  // namespace coroguard
