// CPython's RunTests and RunnerTests.
#include <coroguard/task/runner.hpp>
#include <coroguard/task/sleep.hpp>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "needs_debug_mode.hpp"
#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

// Each loop has virtual time; the log is captured.
class runner_test : public ::testing::Test {
protected:
  captured_log logged;
  event_loop* made = nullptr;

  run_options with_virtual_time(std::optional<bool> debug = {}) {
    return {debug, [this] {
              auto loop = std::make_unique<event_loop>(virtual_time());
              made = loop.get();
              return loop;
            }};
  }
};

using RunTests = runner_test;
using RunnerTests = runner_test;

TEST_F(RunTests, test_asyncio_run_return) {
  const auto body = []() -> coro<int> {
    co_await sleep(0s);
    co_return 42;
  };
  EXPECT_EQ(coroguard::run(body()), 42);
}

TEST_F(RunTests, test_asyncio_run_raises) {
  const auto body = []() -> coro<int> {
    co_await sleep(0s);
    throw std::invalid_argument("spam");
  };
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { coroguard::run(body()); })), "spam");
}

template <class A>
concept can_be_run = requires(A argument) { coroguard::run(std::move(argument)); };
template <class A>
concept runner_runs = requires(runner& once, A argument) { once.run(std::move(argument)); };

TEST_F(RunTests, test_asyncio_run_only_coro) {
  EXPECT_TRUE(can_be_run<coro<int>>);
  EXPECT_FALSE(can_be_run<int>);
  EXPECT_FALSE(can_be_run<coro<int> (*)()>);
}

coro<void> expects_debug(bool expected) {
  EXPECT_EQ(get_running_loop().get_debug(), expected);
  co_return;
}

TEST_F(RunTests, test_asyncio_run_debug) {
  NEEDS_DEBUG_MODE();
  coroguard::run(expects_debug(false), {false});
  coroguard::run(expects_debug(true), {true});
  ::setenv("COROGUARD_DEBUG", "1", 1);
  coroguard::run(expects_debug(true));
  coroguard::run(expects_debug(false), {false});
  ::unsetenv("COROGUARD_DEBUG");
  coroguard::run(expects_debug(true), {true});
  coroguard::run(expects_debug(false));
}

TEST_F(RunTests, test_asyncio_run_from_running_loop) {
  const auto nested = []() -> coro<void> { co_return; };
  const auto body = [&]() -> coro<void> {
    coroguard::run(nested());
    co_return;
  };
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { coroguard::run(body()); })),
            "asyncio.run() cannot be called from a running event loop");
}

TEST_F(RunTests, test_asyncio_run_cancels_hanging_tasks) {
  task<void> leftover;
  const auto body = [&]() -> coro<int> {
    leftover = create_task(sleep(100ms));
    co_return 123;
  };
  EXPECT_EQ(coroguard::run(body(), with_virtual_time()), 123);
  EXPECT_TRUE(leftover.cancelled());
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(RunTests, test_asyncio_run_reports_hanging_tasks_errors) {
  task<void> leftover;
  std::vector<std::string> reports;
  std::exception_ptr reported;
  const auto fails = []() -> coro<void> {
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(sleep(100ms))));
    throw std::domain_error("division by zero");
  };
  const auto body = [&]() -> coro<int> {
    get_running_loop().set_exception_handler([&](event_loop&, const exception_context& context) {
      reports.push_back(context.message);
      reported = context.exception;
    });
    leftover = create_task(fails());
    co_await sleep(0s);
    co_return 123;
  };
  EXPECT_EQ(coroguard::run(body(), with_virtual_time()), 123);
  EXPECT_TRUE(leftover.done());
  EXPECT_EQ(reports, std::vector<std::string>{"unhandled exception during asyncio.run() shutdown"});
  EXPECT_TRUE(is<std::domain_error>(reported));
}

TEST_F(RunTests, test_asyncio_run_loop_factory) {
  int calls = 0;
  event_loop* loop = nullptr;
  const auto body = [&]() -> coro<void> {
    EXPECT_EQ(&get_running_loop(), loop);
    co_return;
  };
  coroguard::run(body(), {{}, [&] {
                            ++calls;
                            auto made_here = std::make_unique<event_loop>();
                            loop = made_here.get();
                            return made_here;
                          }});
  EXPECT_EQ(calls, 1);
}

TEST_F(RunnerTests, test_non_debug) {
  runner once({false});
  EXPECT_FALSE(once.get_loop().get_debug());
}

TEST_F(RunnerTests, test_debug) {
  NEEDS_DEBUG_MODE();
  runner once({true});
  EXPECT_TRUE(once.get_loop().get_debug());
}

TEST_F(RunnerTests, test_custom_factory) {
  runner once(with_virtual_time());
  EXPECT_EQ(&once.get_loop(), made);
  EXPECT_NE(made, nullptr);
}

coro<std::string> gives_done() {
  co_await sleep(0s);
  co_return "done";
}

TEST_F(RunnerTests, test_run) {
  runner once;
  EXPECT_EQ(once.run(gives_done()), "done");
  event_loop& loop = once.get_loop();
  EXPECT_EQ(once.run(gives_done()), "done");  // on the same loop
  EXPECT_EQ(&once.get_loop(), &loop);
  once.close();
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { once.get_loop(); })), "Runner is closed");
  EXPECT_TRUE(loop.is_closed());
}

TEST_F(RunnerTests, test_run_non_coro) {
  EXPECT_TRUE(runner_runs<coro<int>>);
  EXPECT_FALSE(runner_runs<int>);
}

TEST_F(RunnerTests, test_run_future) {
  EXPECT_FALSE(runner_runs<future<int>>);
  EXPECT_FALSE(runner_runs<task<int>>);
}

TEST_F(RunnerTests, test_explicit_close) {
  runner once;
  event_loop& loop = once.get_loop();
  once.close();
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { once.get_loop(); })), "Runner is closed");
  EXPECT_TRUE(loop.is_closed());
}

TEST_F(RunnerTests, test_double_close) {
  runner once;
  event_loop& loop = once.get_loop();
  once.close();
  EXPECT_TRUE(loop.is_closed());
  once.close();
  EXPECT_TRUE(loop.is_closed());
}

TEST_F(RunnerTests, test_second_with_block_raises) {
  std::vector<int> got;
  const auto keeps = [&](int value) -> coro<void> {
    got.push_back(value);
    co_return;
  };
  runner once;
  once.run(keeps(1));
  once.close();
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { once.run(keeps(2)); })), "Runner is closed");
  EXPECT_EQ(got, std::vector<int>{1});
}

TEST_F(RunnerTests, test_recursive_run) {
  runner once;
  const auto nested = []() -> coro<void> { co_return; };
  const auto body = [&]() -> coro<void> {
    once.run(nested());
    co_return;
  };
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { once.run(body()); })),
            "Runner.run() cannot be called from a running event loop");
  EXPECT_TRUE(logged.contains("was never awaited"));
}

// ---- Ctrl+C; that ends the process the second time: runner_interrupt_test.cpp -------------------------------------------

void interrupt_self() { ::raise(SIGINT); }

TEST_F(RunnerTests, test_interrupt_call_soon) {
  // The task does not wait for a future.
  const auto body = []() -> coro<void> {
    std::exception_ptr error;
    while (!error) error = co_await thrown_by(sleep(0s));
    EXPECT_TRUE(is<cancelled_error>(error));
    throw cancelled_error();
  };
  runner once;
  once.get_loop().call_later(1ms, interrupt_self);
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { once.run(body()); })));
}

TEST_F(RunnerTests, test_interrupt_wait) {
  const auto body = [](future<void> waited) -> coro<void> {
    EXPECT_TRUE(is<cancelled_error>(co_await thrown_by(waited)));
    throw cancelled_error();
  };
  runner once(with_virtual_time());
  future<void> waited = once.get_loop().create_future<void>();
  once.get_loop().call_later(100ms, interrupt_self);
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { once.run(body(waited)); })));
  EXPECT_TRUE(waited.cancelled());
}

TEST_F(RunnerTests, test_interrupt_cancelled_task) {
  // Somebody else cancelled the task as well: not only Ctrl+C ended it.
  const auto cancels = [](task_base main) -> coro<void> {
    co_await sleep(0s);
    main.cancel();
    interrupt_self();
  };
  const auto body = [&]() -> coro<void> {
    task<void> other = create_task(cancels(current_task()));
    co_await sleep(10s);
  };
  runner once(with_virtual_time());
  EXPECT_TRUE(is<cancelled_error>(thrown_in([&] { once.run(body()); })));
}

TEST_F(RunnerTests, test_signal_install_not_supported_ok) {
  // Outside of the main thread there is nothing to install.
  std::string got;
  std::thread([&] { got = coroguard::run(gives_done()); }).join();
  EXPECT_EQ(got, "done");
}

}  // namespace
}  // namespace coroguard
