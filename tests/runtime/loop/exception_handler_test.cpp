// BaseEventLoopTests of CPython's test_base_events: who is told of exceptions, task factories, debug mode by environment.
#include <chrono>
#include <coroguard/task/sleep.hpp>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "loop/base_event_loop_tests.hpp"
#include "needs_debug_mode.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

void divide_by_zero() { throw std::domain_error("division by zero"); }

TEST_F(BaseEventLoopTests, test_default_exc_handler_callback) {
  loop.call_soon(divide_by_zero);
  run_once();
  EXPECT_TRUE(logged.contains("Exception in callback <Handle created at "));
  EXPECT_TRUE(logged.contains("exception: std::domain_error: division by zero"));
  EXPECT_EQ(logged.levels, std::vector{log_level::error});
}

TEST_F(BaseEventLoopTests, test_default_exc_handler_callback__timer) {
  loop.call_later(10ms, divide_by_zero);
  run(sleep(20ms));
  EXPECT_TRUE(logged.contains("Exception in callback <TimerHandle created at "));
  EXPECT_TRUE(logged.contains("division by zero"));
}

TEST_F(BaseEventLoopTests, test_default_exc_handler_callback__others_run) {
  int calls = 0;
  loop.call_soon([&] { ++calls; });
  loop.call_soon(divide_by_zero);
  loop.call_soon([&] { ++calls; });
  run_once();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(logged.lines.size(), 1u);
}

coro<void> divide_later() {
  co_await sleep(10ms);
  divide_by_zero();
}

TEST_F(BaseEventLoopTests, test_default_exc_handler_coro) {
  {
    const task<void> lost = loop.create_task(divide_later());
    lost.add_done_callback([&](const future<void>&) { loop.stop(); });
    loop.run_forever();
    EXPECT_TRUE(lost.done());
    EXPECT_TRUE(logged.lines.empty());
  }
  EXPECT_TRUE(logged.contains("Task exception was never retrieved"));
  EXPECT_TRUE(logged.contains("division by zero"));
}

// Not CPython's: the handler belongs to the loop's thread, whichever thread drops the last handle.
TEST_F(virtual_loop, lost_exception_is_reported_in_the_thread_of_the_loop) {
  std::optional<std::thread::id> told;
  loop.set_exception_handler([&](event_loop&, const exception_context& context) {
    EXPECT_EQ(context.message, "Future exception was never retrieved");
    told = std::this_thread::get_id();
    loop.stop();
  });
  std::thread other;
  loop.call_soon([&] {
    future<int> lost = loop.create_future<int>();
    lost.set_exception(std::domain_error("lost"));
    other = std::thread([dropped = std::move(lost)] {});
  });
  loop.run_forever();
  other.join();
  EXPECT_EQ(told, std::this_thread::get_id());
}

TEST_F(BaseEventLoopTests, test_set_exc_handler_custom) {
  EXPECT_FALSE(loop.get_exception_handler());
  std::vector<exception_context> told;
  loop.set_exception_handler([&](event_loop& of, const exception_context& context) {
    EXPECT_EQ(&of, &loop);
    told.push_back(context);
  });
  EXPECT_TRUE(loop.get_exception_handler());
  loop.call_soon(divide_by_zero);
  run_once();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].message.find("Exception in callback <Handle"), 0u);
  EXPECT_EQ(describe(told[0].exception), "std::domain_error: division by zero");
  EXPECT_EQ(told[0].source.find("<Handle created at "), 0u);
  EXPECT_TRUE(logged.lines.empty());

  loop.set_exception_handler(nullptr);
  loop.call_soon(divide_by_zero);
  run_once();
  EXPECT_EQ(told.size(), 1u);
  EXPECT_TRUE(logged.contains("division by zero"));
}

TEST_F(BaseEventLoopTests, test_set_exc_handler_custom__replaces_itself) {
  std::vector<std::string> told;
  const std::string name = "a name that is longer than what a string keeps inside";
  loop.set_exception_handler([&told, name](event_loop& of, const exception_context&) {
    of.set_exception_handler(nullptr);
    told.push_back(name);  // reads what the handler captured
  });
  loop.call_soon(divide_by_zero);
  run_once();
  EXPECT_EQ(told, std::vector{name});
}

TEST_F(BaseEventLoopTests, test_set_exc_handler_broken) {
  loop.set_exception_handler([](event_loop&, const exception_context&) { throw std::logic_error("spam"); });
  loop.call_soon(divide_by_zero);
  run_once();
  EXPECT_TRUE(logged.contains("Unhandled error in exception handler"));
  EXPECT_TRUE(logged.contains("std::logic_error: spam"));
}

TEST_F(BaseEventLoopTests, test_set_exc_handler_broken__interrupts_pass) {
  loop.set_exception_handler([](event_loop&, const exception_context&) { throw keyboard_interrupt(); });
  loop.call_soon(divide_by_zero);
  EXPECT_THROW(run_once(), keyboard_interrupt);
}

// The last step of the ladder is standard error; the loop goes on.
TEST_F(BaseEventLoopTests, test_default_exc_handler_broken) {
  const log_sink before = set_log_sink([](log_level, std::string_view) { throw std::logic_error("no place to log to"); });
  loop.set_exception_handler([](event_loop&, const exception_context&) { throw std::logic_error("ham"); });
  loop.call_soon(divide_by_zero);
  bool ran = false;
  loop.call_soon([&] { ran = true; });
  testing::internal::CaptureStderr();
  run_once();
  const std::string written = testing::internal::GetCapturedStderr();
  set_log_sink(before);
  EXPECT_TRUE(ran);
  EXPECT_NE(written.find("std::logic_error: no place to log to"), written.npos);
  EXPECT_NE(written.find("Unhandled error in exception handler"), written.npos);
  EXPECT_NE(written.find("std::logic_error: ham"), written.npos);
}

coro<int> seven() { co_return 7; }

TEST_F(BaseEventLoopTests, test_set_task_factory) {
  EXPECT_FALSE(loop.get_task_factory());
  int made = 0;
  loop.set_task_factory([&](event_loop& of, task_base& begins) {
    EXPECT_EQ(&of, &loop);
    ++made;
    begins.start_soon();
  });
  EXPECT_TRUE(loop.get_task_factory());
  EXPECT_EQ(run(loop.create_task(seven())), 7);
  EXPECT_EQ(made, 1);
  loop.set_task_factory(nullptr);
  EXPECT_FALSE(loop.get_task_factory());
  EXPECT_EQ(run(loop.create_task(seven())), 7);
  EXPECT_EQ(made, 1);
}

coro<void> drop_the_factory(event_loop& of) {
  of.set_task_factory(nullptr);
  co_return;
}

TEST_F(BaseEventLoopTests, test_set_task_factory__replaced_by_what_it_begins) {
  const std::string name = "a name that is longer than what a string keeps inside";
  std::string seen;
  loop.set_task_factory([&seen, name](event_loop&, task_base& begins) {
    begins.start_now();
    seen = name;  // reads what the factory captured
  });
  task<void> made;
  loop.call_soon([&] { made = loop.create_task(drop_the_factory(loop)); });
  run_once();
  EXPECT_TRUE(made.done());
  EXPECT_EQ(seen, name);
  EXPECT_FALSE(loop.get_task_factory());
}

TEST_F(BaseEventLoopTests, test_env_var_debug) {
  NEEDS_DEBUG_MODE();
  const auto debug_with = [](const char* value) {
    if (value == nullptr)
      ::unsetenv("COROGUARD_DEBUG");
    else
      ::setenv("COROGUARD_DEBUG", value, 1);
    const bool on = event_loop().get_debug();
    ::unsetenv("COROGUARD_DEBUG");
    return on;
  };
  EXPECT_FALSE(debug_with(nullptr));
  EXPECT_FALSE(debug_with(""));
  EXPECT_FALSE(debug_with("0"));
  EXPECT_TRUE(debug_with("1"));
  // asyncio takes every other value for yes, also a misspelled no. Here it is told once, and debug mode stays off.
  EXPECT_FALSE(debug_with("yes"));
  EXPECT_FALSE(debug_with("off"));
  EXPECT_EQ(logged.lines, std::vector<std::string>{"COROGUARD_DEBUG is 'yes' and ignored: 1 switches debug mode on; throw does, too, "
                                                   "and makes the first report end run() with an exception; 0, empty and unset "
                                                   "leave it off"});
}

TEST_F(BaseEventLoopTests, test_create_task_error_closes_coro) {
  loop.close();
  EXPECT_EQ(thrown_message<runtime_error>([&] { static_cast<void>(loop.create_task(seven())); }), "Event loop is closed");
  EXPECT_FALSE(logged.contains("was never awaited"));
}

TEST_F(BaseEventLoopTests, test_create_named_task_with_default_factory) {
  const task<int> named = loop.create_task(seven(), {.name = "test_task"});
  EXPECT_EQ(named.get_name(), "test_task");
  run(named);
}

TEST_F(BaseEventLoopTests, test_create_named_task_with_custom_factory) {
  std::string seen;
  loop.set_task_factory([&](event_loop&, task_base& begins) {
    seen = begins.get_name();
    begins.start_soon();
  });
  const task<int> named = loop.create_task(seven(), {.name = "test_task"});
  EXPECT_EQ(seen, "test_task");
  EXPECT_EQ(named.get_name(), "test_task");
  run(named);
}

// What CPython finds out when it runs, the compiler does.
template <class A>
concept can_handle_exceptions = requires(event_loop& loop, A handler) { loop.set_exception_handler(handler); };
template <class A>
concept can_make_tasks = requires(event_loop& loop, A factory) { loop.set_task_factory(factory); };
template <class A>
concept can_be_default_executor = requires(event_loop& loop, A&& pool) { loop.set_default_executor(std::move(pool)); };

TEST_F(BaseEventLoopTests, test_set_exc_handler_invalid) {
  EXPECT_TRUE((can_handle_exceptions<void (*)(event_loop&, const exception_context&)>));
  EXPECT_FALSE(can_handle_exceptions<const char*>);
  EXPECT_FALSE((can_handle_exceptions<void (*)(int)>));
}

TEST_F(BaseEventLoopTests, test_set_task_factory_invalid) {
  EXPECT_TRUE(can_make_tasks<decltype(&eager_task_factory)>);
  EXPECT_FALSE(can_make_tasks<int>);
  EXPECT_FALSE((can_make_tasks<void (*)(event_loop&)>));
}

TEST_F(BaseEventLoopTests, test_set_default_executor_error) {
  EXPECT_TRUE(can_be_default_executor<std::unique_ptr<executor>>);
  EXPECT_FALSE(can_be_default_executor<std::unique_ptr<int>>);
}

}  // namespace
}  // namespace coroguard
