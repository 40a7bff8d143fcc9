// What must not be done, item by item, and the error that asyncio has for it. The details stand in the tests of each part;
// this file is the list, over all parts at once, and so in the folder that may use all of them.
#include <gtest/gtest.h>

#include <coroguard/runtime.hpp>
#include <csignal>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

constexpr seconds not_a_number{std::numeric_limits<double>::quiet_NaN()};
constexpr const char* nan_delay = "Invalid delay: NaN (not a number)";

coro<void> do_nothing() { co_return; }

class bad_use : public virtual_loop {
protected:
  // What `body`, a coroutine function, throws when a task runs it.
  template <class Body>
  std::exception_ptr thrown_in_task(Body body) {
    return thrown_in([&] { run(body()); });
  }
};

TEST_F(bad_use, of_a_closed_loop) {
  loop.close();
  const char* const closed = "Event loop is closed";
  const auto nothing = [] {};
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.run_forever(); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.run_until_complete(do_nothing()); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.run_until_complete(loop.create_future<void>()); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.call_soon(nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.call_soon(std::noop_coroutine()); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.call_soon_threadsafe(nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.call_later(1s, nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.call_at(loop.time(), nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.create_task(do_nothing())); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.add_reader(0, nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.add_writer(0, nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.add_signal_handler(SIGUSR1, nothing); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(nullptr, nothing)); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(run_coroutine_threadsafe(do_nothing(), loop)); }), closed);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(ensure_future(do_nothing(), loop)); }), closed);
  EXPECT_TRUE(logged.lines.empty());  // the coroutines were closed: none was forgotten
  loop.close();                       // again: nothing
}

TEST_F(bad_use, of_a_runner_that_was_closed) {
  runner once;
  once.run(do_nothing());
  once.close();
  EXPECT_EQ(thrown_message<runtime_error>([&] { once.run(do_nothing()); }), "Runner is closed");
  EXPECT_EQ(thrown_message<runtime_error>([&] { once.get_loop(); }), "Runner is closed");
}

TEST_F(bad_use, of_a_loop_inside_a_loop) {
  std::vector<std::string> messages;
  const auto note = [&](auto function) { messages.push_back(thrown_message<runtime_error>(function)); };
  event_loop other;
  loop.call_soon([&] {
    note([&] { loop.run_forever(); });
    note([&] { loop.run_until_complete(do_nothing()); });
    note([&] { other.run_forever(); });
    note([&] { other.run_until_complete(do_nothing()); });
    note([&] { coroguard::run(do_nothing()); });
    note([&] { runner().run(do_nothing()); });
    note([&] { loop.close(); });
  });
  run_once();
  const std::string runs = "This event loop is already running";
  const std::string another = "Cannot run the event loop while another loop is running";
  EXPECT_EQ(messages, (std::vector<std::string>{runs, runs, another, another,
                                                "asyncio.run() cannot be called from a running event loop",
                                                "Runner.run() cannot be called from a running event loop",
                                                "Cannot close a running event loop"}));
}

TEST_F(bad_use, without_a_running_loop) {
  const char* const none = "no running event loop";
  EXPECT_EQ(thrown_message<runtime_error>([&] { get_running_loop(); }), none);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(create_task(do_nothing())); }), none);
  EXPECT_EQ(thrown_message<runtime_error>([&] { current_task(); }), none);
  EXPECT_EQ(thrown_message<runtime_error>([&] { all_tasks(); }), none);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(gather(do_nothing())); }), none);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(wrap_future(concurrent_future<void>())); }), none);
}

TEST_F(bad_use, a_task_that_awaits_itself) {
  task<void> self;
  const auto body = [&]() -> coro<void> { co_await self; };
  self = loop.create_task(body());
  const std::string message = text_of<runtime_error>(thrown_in([&] { run(self); }));
  EXPECT_TRUE(message.starts_with("Task cannot await on itself: <Task pending name='Task-")) << message;
  self = task<void>();
}

TEST_F(bad_use, a_future_of_another_loop) {
  event_loop other;
  const future<int> foreign = other.create_future<int>();
  const std::string awaited = text_of<runtime_error>(thrown_in_task([&]() -> coro<void> { co_await foreign; }));
  EXPECT_TRUE(awaited.starts_with("Task <Task pending name='Task-")) << awaited;
  EXPECT_TRUE(awaited.ends_with("attached to a different loop")) << awaited;

  const char* const different = "The future belongs to a different loop than the one specified as the loop argument";
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { loop.run_until_complete(foreign); }), different);
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { static_cast<void>(ensure_future(foreign, loop)); }), different);
  EXPECT_FALSE(foreign.done());
}

TEST_F(bad_use, a_coroutine_awaited_twice) {
  coro<void> once = do_nothing();
  const auto body = [&]() -> coro<void> {
    co_await once;
    co_await once;
  };
  EXPECT_EQ(text_of<runtime_error>(thrown_in_task(body)), "cannot reuse already awaited coroutine");
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.create_task(std::move(once))); }),
            "cannot reuse already awaited coroutine");
}

TEST_F(bad_use, a_result_that_is_not_there) {
  const future<int> pending = loop.create_future<int>();
  EXPECT_EQ(thrown_message<invalid_state_error>([&] { pending.result(); }), "Result is not ready.");
  EXPECT_EQ(thrown_message<invalid_state_error>([&] { pending.exception(); }), "Exception is not set.");
  const task<void> waits = loop.create_task(do_nothing());
  EXPECT_EQ(thrown_message<invalid_state_error>([&] { waits.result(); }), "Result is not ready.");
  run(waits);
}

TEST_F(bad_use, a_result_set_twice) {
  const future<int> done = loop.create_future<int>();
  done.set_result(1);
  const std::string twice = thrown_message<invalid_state_error>([&] { done.set_result(2); });
  EXPECT_TRUE(twice.starts_with("invalid state: <Future finished")) << twice;
  EXPECT_TRUE(is<invalid_state_error>(thrown_in([&] { done.set_exception(std::logic_error("late")); })));
  EXPECT_EQ(done.result(), 1);
  EXPECT_FALSE(done.cancel());

  const future<void> cancelled = loop.create_future<void>();
  cancelled.cancel();
  EXPECT_TRUE(is<invalid_state_error>(thrown_in([&] { cancelled.set_result(); })));

  const future<void> empty = loop.create_future<void>();
  EXPECT_TRUE(is<std::invalid_argument>(thrown_in([&] { empty.set_exception(std::exception_ptr()); })));

  const concurrent_future<int> ended;
  ended.set_result(1);
  const std::string again = thrown_message<invalid_state_error>([&] { ended.set_result(2); });
  EXPECT_TRUE(again.starts_with("FINISHED: <concurrent_future at ")) << again;
}

TEST_F(bad_use, a_result_set_for_a_task) {
  const task<int> made = loop.create_task(sleep(1s, 5));
  EXPECT_EQ(thrown_message<runtime_error>([&] { made.set_result(1); }), "Task does not support set_result operation");
  EXPECT_EQ(thrown_message<runtime_error>([&] { made.set_exception(std::logic_error("")); }),
            "Task does not support set_exception operation");
  EXPECT_EQ(run(made), 5);
}

TEST_F(bad_use, a_task_group_used_twice_or_too_early_or_late) {
  task_group group;
  EXPECT_EQ(thrown_message<runtime_error>([&] { group.create_task(do_nothing()); }),
            "TaskGroup <TaskGroup> has not been entered");
  const auto body = [&]() -> coro<void> { co_await with(group, do_nothing); };
  run(body());
  EXPECT_EQ(text_of<runtime_error>(thrown_in_task(body)), "TaskGroup <TaskGroup entered> has already been entered");
  EXPECT_EQ(thrown_message<runtime_error>([&] { group.create_task(do_nothing()); }),
            "TaskGroup <TaskGroup entered> is finished");
}

TEST_F(bad_use, a_task_group_or_a_timeout_outside_of_a_task) {
  task_group group;
  std::string in_group;
  std::string in_timeout;
  loop.call_soon([&] {
    in_group = thrown_message<runtime_error>([&] { group.enter().await_resume(); });
    timeout limit(1s);
    in_timeout = thrown_message<runtime_error>([&] { limit.enter().await_resume(); });
  });
  run_once();
  EXPECT_EQ(in_group, "TaskGroup <TaskGroup> cannot determine the parent task");
  EXPECT_EQ(in_timeout, "Timeout should be used inside a task");
}

TEST_F(bad_use, negative_delays_are_over_at_once) {
  keeps_order();
  std::string order;
  loop.call_later(-1s, [&] { order += "a"; });
  loop.call_later(-2s, [&] { order += "b"; });
  run_once();
  EXPECT_EQ(order, "ba");  // the one that is later comes first
  run(sleep(-1s));
  EXPECT_TRUE(is<timeout_error>(thrown_in_task([]() -> coro<void> { co_await wait_for(sleep(1h), -1s); })));
  EXPECT_TRUE(is<timeout_error>(thrown_in_task([]() -> coro<void> {
    co_await with(timeout(-1s), []() -> coro<void> { co_await sleep(1h); });
  })));
  EXPECT_EQ(now(), 0);
}

TEST_F(bad_use, delays_that_are_no_numbers) {
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { loop.call_later(not_a_number, [] {}); }), nan_delay);
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { run(sleep(not_a_number)); }), nan_delay);
  EXPECT_TRUE(is<std::invalid_argument>(thrown_in_task([]() -> coro<void> { co_await wait_for(sleep(1h), not_a_number); })));
  EXPECT_TRUE(is<std::invalid_argument>(thrown_in([&] {
    const concurrent_future<int> pending;
    pending.result(not_a_number);
  })));
  EXPECT_TRUE(all_tasks(loop).empty());
}

TEST_F(bad_use, of_an_executor_after_its_shutdown) {
  thread_pool_executor pool(1);
  pool.shutdown();
  const char* const refused = "cannot schedule new futures after shutdown";
  const auto nothing = [] {};
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(pool.submit(nothing)); }), refused);
  EXPECT_EQ(thrown_message<runtime_error>([&] { pool.map([](int) {}, std::vector{1}); }), refused);
  EXPECT_EQ(thrown_message<runtime_error>([&] { pool.post(nothing); }), refused);
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(&pool, nothing)); }), refused);
  pool.shutdown();  // again: nothing

  run(shutdown_default_executor(std::nullopt));
  const char* const ended = "Executor shutdown has been called";
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.run_in_executor(nullptr, nothing)); }), ended);
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(to_thread(nothing)); }), ended);
}

TEST_F(bad_use, of_executors_without_threads) {
  EXPECT_EQ(thrown_message<std::invalid_argument>([] { thread_pool_executor none(0); }), "max_workers must be greater than 0");
}

}  // namespace
}  // namespace coroguard
