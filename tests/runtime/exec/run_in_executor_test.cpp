#include "coroguard/exec/run_in_executor.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <coroguard/exec/thread_pool_executor.hpp>
#include <coroguard/task/shutdown_default_executor.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "exec/kept_work.hpp"
#include "needs_debug_mode.hpp"
#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class EventLoopTestsMixin : public virtual_loop {};
class BaseEventLoopTests : public virtual_loop {};
class run_in_executor : public virtual_loop {};

TEST_F(EventLoopTestsMixin, test_run_in_executor) {
  const auto run_there = [argument = std::string("yo")] { return std::pair(argument, std::this_thread::get_id()); };
  const auto [result, thread] = run(loop.run_in_executor(nullptr, run_there));
  EXPECT_EQ(result, "yo");
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST_F(EventLoopTestsMixin, test_run_in_executor_cancel) {
  held_work work;
  bool called_back = false;
  const future<void> cancelled = loop.run_in_executor(nullptr, std::ref(work));
  cancelled.add_done_callback([&](const future<void>&) { called_back = true; });
  EXPECT_TRUE(cancelled.cancel());
  work.let_go();
  run(shutdown_default_executor(std::nullopt));
  EXPECT_TRUE(called_back);
  EXPECT_TRUE(cancelled.cancelled());
  loop.close();  // nothing comes after this
  EXPECT_TRUE(logged.lines.empty());
}

// Waiting for threads takes no virtual time, so the limit is over at once.
TEST_F(BaseEventLoopTests, test_shutdown_default_executor_timeout) {
  struct endless_executor final : executor {
    std::shared_ptr<held_work> joining;
    explicit endless_executor(std::shared_ptr<held_work> held) : joining(std::move(held)) {}
    void post(callback<void()>) override {}
    void shutdown(bool wait, bool) override {
      if (wait) (*joining)();
    }
  };
  const auto joining = std::make_shared<held_work>();  // the thread that joins may outlive the test
  loop.set_default_executor(std::make_unique<endless_executor>(joining));
  run(shutdown_default_executor(10ms));
  EXPECT_TRUE(logged.contains("The executor did not finishing joining its threads within 0.01 seconds."));
  joining->let_go();
}

// ---- outcomes --------------------------------------------------------------------------------------------------------

TEST_F(run_in_executor, gives_what_can_only_be_moved) {
  const std::unique_ptr<int> result = run(loop.run_in_executor(nullptr, [] { return std::make_unique<int>(42); }));
  EXPECT_EQ(*result, 42);
}

TEST_F(run_in_executor, gives_references_and_nothing) {
  int number = 1;
  const auto increment = [&]() -> int& { return ++number; };
  EXPECT_EQ(&loop.run_until_complete(loop.run_in_executor(nullptr, increment)), &number);
  run(loop.run_in_executor(nullptr, [&] { number = 5; }));
  EXPECT_EQ(number, 5);
}

TEST_F(run_in_executor, calls_functions_that_can_only_be_moved_and_called_once) {
  struct once {
    std::unique_ptr<int> held;
    int operator()() && { return *held; }
  };
  EXPECT_EQ(run(loop.run_in_executor(nullptr, once{std::make_unique<int>(7)})), 7);
}

TEST_F(run_in_executor, throws_what_the_function_throws) {
  const auto fail = []() -> int { throw std::out_of_range("far away"); };
  EXPECT_EQ(thrown_message<std::out_of_range>([&] { run(loop.run_in_executor(nullptr, fail)); }), "far away");
}

// asyncio: a future with CancelledError as its exception is not cancelled, but whoever awaits it is.
TEST_F(run_in_executor, passes_a_cancellation_on_that_the_function_throws) {
  const future<void> done = loop.run_in_executor(nullptr, [] { throw cancelled_error("enough"); });
  const task<std::exception_ptr> waits = loop.create_task(thrown_by(done));
  EXPECT_TRUE(is<cancelled_error>(run(waits)));
  EXPECT_FALSE(done.cancelled());
}

TEST_F(run_in_executor, can_be_awaited_many_times) {
  int calls = 0;
  const future<int> done = loop.run_in_executor(nullptr, [&] { return ++calls; });
  const auto body = [&]() -> coro<int> {
    const int first = co_await done;
    co_return first + co_await done;
  };
  const task<int> first = loop.create_task(body());
  const task<int> second = loop.create_task(body());
  EXPECT_EQ(run(first), 2);
  EXPECT_EQ(run(second), 2);
  EXPECT_EQ(calls, 1);
}

TEST_F(run_in_executor, ends_in_the_thread_of_the_loop) {
  std::thread::id callback_thread;
  const future<void> done = loop.run_in_executor(nullptr, [] {});
  done.add_done_callback([&](const future<void>&) { callback_thread = std::this_thread::get_id(); });
  run(done);
  EXPECT_EQ(callback_thread, std::this_thread::get_id());
}

TEST_F(run_in_executor, reports_an_exception_that_nobody_asks_for) {
  static_cast<void>(loop.run_in_executor(nullptr, [] { throw std::logic_error("lost"); }));
  run(shutdown_default_executor(std::nullopt));
  run_briefly();
  EXPECT_TRUE(logged.contains("Future exception was never retrieved"));
  EXPECT_TRUE(logged.contains("run_in_executor_test.cpp"));  // where the call stands
}

TEST_F(run_in_executor, lets_go_of_the_function_before_the_result_is_known) {
  const auto held = std::make_shared<int>(1);
  run(loop.run_in_executor(nullptr, [held] {}));
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(run_in_executor, keeps_a_result_that_somebody_set_first) {
  keeping_executor pool;
  const future<int> done = loop.run_in_executor(&pool, [] { return 1; });
  done.set_result(2);
  pool.run_all();
  run_briefly();
  EXPECT_EQ(done.result(), 2);
}

// ---- cancelling ------------------------------------------------------------------------------------------------------

TEST_F(run_in_executor, does_not_call_what_was_cancelled_before_it_began) {
  thread_pool_executor pool(1);
  held_work first;
  bool called = false;
  const future<void> before = loop.run_in_executor(&pool, std::ref(first));
  const future<void> cancelled = loop.run_in_executor(&pool, [&] { called = true; });
  EXPECT_TRUE(cancelled.cancel("no need"));
  EXPECT_TRUE(cancelled.cancelled());
  first.let_go();
  run(before);
  pool.shutdown();
  EXPECT_FALSE(called);
  EXPECT_FALSE(cancelled.cancel());
}

TEST_F(run_in_executor, loses_the_result_of_what_was_cancelled_later) {
  thread_pool_executor pool(1);
  held_work work;
  bool ended = false;
  const auto body = [&]() -> coro<void> {
    co_await loop.run_in_executor(&pool, [&] {
      work();
      ended = true;
    });
  };
  const task<void> waits = loop.create_task(body());
  run_once();
  work.wait_until_begun();
  EXPECT_TRUE(waits.cancel());
  EXPECT_TRUE(is<cancelled_error>(thrown_in([&] { run(waits); })));
  EXPECT_FALSE(ended);
  work.let_go();
  pool.shutdown();
  EXPECT_TRUE(ended);
  run_briefly();
  EXPECT_TRUE(waits.cancelled());
}

TEST_F(run_in_executor, ends_as_cancelled_when_the_work_is_dropped) {
  keeping_executor pool;
  const future<int> dropped = loop.run_in_executor(&pool, [] { return 1; });
  EXPECT_EQ(pool.size(), 1u);
  pool.drop_all();
  EXPECT_FALSE(dropped.done());  // the loop has not heard of it yet
  run_briefly();
  EXPECT_TRUE(dropped.cancelled());
}

TEST_F(run_in_executor, ends_as_cancelled_when_a_pool_drops_its_queue) {
  thread_pool_executor pool(1);
  held_work first;
  const future<void> runs = loop.run_in_executor(&pool, std::ref(first));
  const future<void> queued = loop.run_in_executor(&pool, [] {});
  first.wait_until_begun();
  pool.shutdown(false, true);
  first.let_go();
  run(runs);
  EXPECT_TRUE(is<cancelled_error>(thrown_in([&] { run(queued); })));
}

// ---- the default executor --------------------------------------------------------------------------------------------

TEST_F(run_in_executor, makes_the_default_executor_when_it_is_needed) {
  EXPECT_EQ(loop.default_executor(), nullptr);
  const auto thread_name = [] {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    return std::string(name);
  };
  EXPECT_EQ(run(loop.run_in_executor(nullptr, thread_name)), "asyncio_0");
  const auto* pool = dynamic_cast<thread_pool_executor*>(loop.default_executor());
  ASSERT_NE(pool, nullptr);
  EXPECT_EQ(pool->max_workers(), thread_pool_executor().max_workers());
  run(loop.run_in_executor(nullptr, [] {}));
  EXPECT_EQ(loop.default_executor(), pool);
}

TEST_F(run_in_executor, uses_the_default_executor_that_was_set) {
  auto pool = std::make_unique<keeping_executor>();
  keeping_executor& kept = *pool;
  loop.set_default_executor(std::move(pool));
  const future<int> done = loop.run_in_executor(nullptr, [] { return 3; });
  EXPECT_EQ(kept.size(), 1u);
  kept.run_all();
  EXPECT_EQ(run(done), 3);
}

TEST_F(run_in_executor, does_not_wait_for_a_default_executor_that_is_replaced) {
  held_work work;
  const future<void> done = loop.run_in_executor(nullptr, std::ref(work));
  work.wait_until_begun();
  loop.set_default_executor(std::make_unique<thread_pool_executor>(1));
  work.let_go();
  run(done);
}

// ---- bad use ---------------------------------------------------------------------------------------------------------

TEST_F(run_in_executor, refuses_a_closed_loop) {
  loop.close();
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(nullptr, [] {})); }),
            "Event loop is closed");
}

TEST_F(run_in_executor, refuses_a_default_executor_that_was_shut_down) {
  run(shutdown_default_executor(std::nullopt));
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(nullptr, [] {})); }),
            "Executor shutdown has been called");
  // An executor of one's own is no concern of the loop.
  thread_pool_executor pool(1);
  EXPECT_EQ(run(loop.run_in_executor(&pool, [] { return 1; })), 1);
}

TEST_F(run_in_executor, refuses_an_executor_that_was_shut_down) {
  thread_pool_executor pool(1);
  pool.shutdown();
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(&pool, [] {})); }),
            "cannot schedule new futures after shutdown");
  run_briefly();
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(run_in_executor, refuses_another_thread_in_debug_mode) {
  NEEDS_DEBUG_MODE();
  loop.set_debug(true);
  std::string message;
  loop.call_soon([&] {
    std::thread([&] {
      message = thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(nullptr, [] {})); });
    }).join();
  });
  run_once();
  EXPECT_TRUE(message.starts_with("Non-thread-safe operation invoked on an event loop other than the current one: ")) << message;
}

// asyncio's debug mode: "coroutines cannot be used with run_in_executor()".
TEST_F(run_in_executor, refuses_coroutine_functions) {
  const auto function = [] { return 1; };
  const auto coroutine_function = []() -> coro<int> { co_return 1; };
  static_assert(executor_work<decltype(function)>);
  static_assert(!executor_work<decltype(coroutine_function)>);
}

// ---- loops that are gone ---------------------------------------------------------------------------------------------

TEST_F(run_in_executor, leaves_a_loop_alone_that_was_destroyed) {
  thread_pool_executor pool(1);
  held_work work;
  future<int> never;
  {
    event_loop short_lived;
    never = short_lived.run_in_executor(&pool, [&] {
      work();
      return 1;
    });
    work.wait_until_begun();
  }
  work.let_go();
  pool.shutdown();
  EXPECT_FALSE(never.done());
}

TEST_F(run_in_executor, survives_loops_that_end_while_work_does) {
  thread_pool_executor pool(4);
  std::atomic<int> calls{0};
  for (int round = 0; round < 200; ++round) {
    event_loop short_lived;
    for (int i = 0; i < 8; ++i) static_cast<void>(short_lived.run_in_executor(&pool, [&] { ++calls; }));
    if (round % 2 == 0) short_lived.run_until_complete(short_lived.run_in_executor(&pool, [] {}));
  }
  pool.shutdown();
  EXPECT_EQ(calls, 1600);
}

}  // namespace
}  // namespace coroguard
