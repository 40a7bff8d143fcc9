#include "coroguard/exec/run_coroutine_threadsafe.hpp"

#include <gtest/gtest.h>

#include <coroguard/exec/concurrent_wait.hpp>
#include <coroguard/exec/run_in_executor.hpp>
#include <coroguard/task/sleep.hpp>
#include <memory>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

coro<int> add(int a, int b, bool fail = false, bool cancel = false) {
  co_await sleep(50ms);
  if (fail) throw runtime_error("Fail!");
  if (cancel) {
    current_task().cancel();
    co_await sleep(0s);
  }
  co_return a + b;
}

class RunCoroutineThreadsafeTests : public virtual_loop {
protected:
  // Runs `body` on the loop, and waits for it in a thread of the default executor.
  int run_from_thread(coro<int> body, time_limit limit = {}) {
    return run(loop.run_in_executor(nullptr, [this, limit, body = std::move(body)]() mutable {
      const concurrent_future<int> outcome = run_coroutine_threadsafe(std::move(body), loop);
      struct scope {
        const concurrent_future<int>& outcome;
        ~scope() {
          if (!outcome.done()) outcome.cancel();
        }
      } const ends{outcome};
      return outcome.result(limit);
    }));
  }
};

TEST_F(RunCoroutineThreadsafeTests, test_run_coroutine_threadsafe) { EXPECT_EQ(run_from_thread(add(1, 2)), 3); }

TEST_F(RunCoroutineThreadsafeTests, test_run_coroutine_threadsafe_with_exception) {
  EXPECT_EQ(thrown_message<runtime_error>([&] { run_from_thread(add(1, 2, true)); }), "Fail!");
}

TEST_F(RunCoroutineThreadsafeTests, test_run_coroutine_threadsafe_with_timeout) {
  // Waits for ever: virtual time would let add() end before the thread looks.
  const auto wait = [](future<int> never) -> coro<int> { co_return co_await never; };
  EXPECT_TRUE(is<timeout_error>(thrown_in([&] { run_from_thread(wait(loop.create_future<int>()), 0s); })));
  run_briefly();
  EXPECT_TRUE(all_tasks(loop).empty());  // it was cancelled
}

TEST_F(RunCoroutineThreadsafeTests, test_run_coroutine_threadsafe_task_cancelled) {
  EXPECT_TRUE(is<cancelled_error>(thrown_in([&] { run_from_thread(add(1, 2, false, true)); })));
}

TEST_F(RunCoroutineThreadsafeTests, test_run_coroutine_threadsafe_task_factory_exception) {
  loop.set_task_factory([](event_loop&, task_base&) { throw std::logic_error("test"); });
  std::vector<exception_context> reported;
  loop.set_exception_handler([&](event_loop&, const exception_context& context) { reported.push_back(context); });
  EXPECT_EQ(thrown_message<std::logic_error>([&] { run_from_thread(add(1, 2)); }), "test");
  // Unlike Python's, this factory had got a task, which is gone now.
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_EQ(reported[0].message, "Task was destroyed but it is pending!");
  EXPECT_EQ(text_of<std::logic_error>(reported[1].exception), "test");
}

// What CPython has no cases for. The loop runs here, in turns; it waits for nobody, so that the "other thread" can be this one.
class coroutines_from_threads : public virtual_loop {};

TEST_F(coroutines_from_threads, begin_on_the_thread_of_the_loop) {
  std::thread::id ran_in;
  const auto body = [&]() -> coro<void> {
    ran_in = std::this_thread::get_id();
    loop.stop();
    co_return;
  };
  concurrent_future<void> outcome;
  std::jthread other([&] { outcome = run_coroutine_threadsafe(body(), loop); });
  loop.run_forever();
  other.join();
  run_briefly();
  EXPECT_EQ(ran_in, std::this_thread::get_id());
  outcome.result();
}

TEST_F(coroutines_from_threads, give_what_can_only_be_moved_and_references) {
  int number = 0;
  const auto pointer = []() -> coro<std::unique_ptr<int>> { co_return std::make_unique<int>(4); };
  const auto reference = [&]() -> coro<int&> { co_return number; };
  const concurrent_future<std::unique_ptr<int>> first = run_coroutine_threadsafe(pointer(), loop);
  const concurrent_future<int&> second = run_coroutine_threadsafe(reference(), loop);
  run_briefly();
  EXPECT_EQ(*first.result(0s), 4);
  EXPECT_EQ(&second.result(0s), &number);
}

TEST_F(coroutines_from_threads, are_cancelled_with_their_futures) {
  const concurrent_future<int> outcome = run_coroutine_threadsafe(add(1, 2), loop);
  run_briefly();
  ASSERT_EQ(all_tasks(loop).size(), 1u);
  const task_base made = all_tasks(loop)[0];
  std::thread([&] { EXPECT_TRUE(outcome.cancel()); }).join();
  EXPECT_FALSE(made.done());
  run_briefly();
  EXPECT_TRUE(made.cancelled());
  EXPECT_EQ(outcome.state(), concurrent_state::cancelled_and_notified);
}

TEST_F(coroutines_from_threads, cancel_their_futures_when_they_are_cancelled) {
  const concurrent_future<int> outcome = run_coroutine_threadsafe(add(1, 2), loop);
  run_briefly();
  all_tasks(loop).at(0).cancel();
  run_briefly();
  EXPECT_TRUE(outcome.cancelled());
  EXPECT_TRUE(is<cancelled_error>(thrown_in([&] { outcome.result(); })));
  EXPECT_EQ(concurrent::wait(std::vector{outcome}, 0s).done.size(), 1u);  // those who wait for several were told
}

// The first step runs before the cancellation arrives, as in asyncio.
TEST_F(coroutines_from_threads, begin_even_when_cancelled_before_the_loop_saw_them) {
  keeps_order();
  bool begun = false;
  bool ended = false;
  const auto body = [&]() -> coro<void> {
    begun = true;
    co_await sleep(1h);
    ended = true;
  };
  const concurrent_future<void> outcome = run_coroutine_threadsafe(body(), loop);
  outcome.cancel();
  run_briefly();
  EXPECT_TRUE(begun);
  EXPECT_FALSE(ended);
  EXPECT_TRUE(all_tasks(loop).empty());
}

TEST_F(coroutines_from_threads, that_refuse_to_be_cancelled_lose_their_results) {
  const auto body = []() -> coro<int> {
    try {
      co_await sleep(1h);
    } catch (const cancelled_error&) {
    }
    co_return 1;
  };
  const concurrent_future<int> outcome = run_coroutine_threadsafe(body(), loop);
  run_once();
  outcome.cancel();
  run_briefly();
  EXPECT_TRUE(outcome.cancelled());
  EXPECT_TRUE(all_tasks(loop).empty());
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(coroutines_from_threads, call_back_in_the_thread_of_the_loop) {
  std::thread::id thread;
  concurrent_future<int> outcome;
  std::thread([&] {
    outcome = run_coroutine_threadsafe(add(1, 2), loop);
    outcome.add_done_callback([&](const concurrent_future<int>&) {
      thread = std::this_thread::get_id();
      loop.stop();
    });
  }).join();
  loop.run_forever();
  EXPECT_EQ(thread, std::this_thread::get_id());
  EXPECT_EQ(outcome.result(), 3);
}

TEST_F(coroutines_from_threads, work_with_eager_tasks) {
  loop.set_task_factory(eager_task_factory);
  const auto body = []() -> coro<int> { co_return 8; };
  const concurrent_future<int> outcome = run_coroutine_threadsafe(body(), loop);
  run_briefly();
  EXPECT_EQ(outcome.result(0s), 8);
}

TEST_F(coroutines_from_threads, are_closed_when_the_loop_is) {
  const auto held = std::make_shared<int>(1);
  const auto body = [](std::shared_ptr<int>) -> coro<void> { co_return; };
  loop.close();
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(run_coroutine_threadsafe(body(held), loop)); }),
            "Event loop is closed");
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(logged.lines.empty());
}

// asyncio lets them wait for ever.
TEST_F(coroutines_from_threads, are_cancelled_when_the_loop_closes_before_they_begin) {
  const concurrent_future<int> outcome = run_coroutine_threadsafe(add(1, 2), loop);
  loop.close();
  EXPECT_EQ(outcome.state(), concurrent_state::cancelled_and_notified);
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(coroutines_from_threads, are_cancelled_when_the_loop_closes_before_they_end) {
  std::optional<event_loop> short_lived(virtual_time());
  const concurrent_future<int> outcome = run_coroutine_threadsafe(add(1, 2), *short_lived);
  short_lived->call_soon([&] { short_lived->stop(); });
  short_lived->run_forever();
  std::binary_semaphore waits{0};
  std::exception_ptr thrown;
  std::jthread other([&] {
    waits.release();
    thrown = thrown_in([&] { outcome.result(); });
  });
  waits.acquire();
  short_lived.reset();
  other.join();
  EXPECT_TRUE(is<cancelled_error>(thrown));
  EXPECT_TRUE(logged.contains("Task was destroyed but it is pending!"));
  EXPECT_TRUE(outcome.cancel());  // harmless: there is nothing left to cancel
}

TEST_F(coroutines_from_threads, are_cancelled_by_futures_after_the_loop_is_gone) {
  concurrent_future<int> outcome;
  task_base kept;
  {
    event_loop short_lived(virtual_time());
    outcome = run_coroutine_threadsafe(add(1, 2), short_lived);
    short_lived.call_soon([&] { short_lived.stop(); });
    short_lived.run_forever();
    kept = all_tasks(short_lived).at(0);  // so that the task's callback lives on
  }
  EXPECT_FALSE(outcome.done());
  std::thread([&] { EXPECT_TRUE(outcome.cancel()); }).join();
  EXPECT_FALSE(kept.done());
}

// asyncio's TypeError "A coroutine object is required" is the compiler's here.
template <class Body>
concept accepted = requires(Body body, event_loop& there) { run_coroutine_threadsafe(std::move(body), there); };
static_assert(accepted<coro<int>>);
static_assert(!accepted<future<int>>);
static_assert(!accepted<int (*)()>);

}  // namespace
}  // namespace coroguard
