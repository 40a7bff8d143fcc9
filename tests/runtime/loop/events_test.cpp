// EventLoopTestsMixin of CPython's test_events, without its transports: a real selector, and virtual time where time passes.
#include <sys/time.h>

#include <chrono>
#include <coroguard/task/sleep.hpp>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "loop/event_loop_tests_mixin.hpp"
#include "needs_debug_mode.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

coro<void> yield_once_in(event_loop&) { co_await sleep(0s); }

coro<void> run_nested(event_loop& loop) {
  EXPECT_TRUE(loop.is_running());
  loop.run_until_complete(yield_once_in(loop));
  co_return;
}

TEST_F(EventLoopTestsMixin, test_run_until_complete_nesting) {
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(run_nested(loop)); }), "This event loop is already running");
  EXPECT_TRUE(all_tasks(loop).empty());
}

TEST_F(EventLoopTestsMixin, test_run_until_complete) {
  run(sleep(100ms));
  EXPECT_DOUBLE_EQ(now(), 0.1);
}

TEST_F(EventLoopTestsMixin, test_run_until_complete__future_that_is_done) {
  const future<int> done = loop.create_future<int>();
  done.set_result(5);
  EXPECT_EQ(run(done), 5);
}

coro<void> stop_and_wait(event_loop& loop) {
  loop.stop();
  co_await sleep(100ms);
}

TEST_F(EventLoopTestsMixin, test_run_until_complete_stopped) {
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(stop_and_wait(loop)); }), "Event loop stopped before Future completed.");
  loop.close();
  EXPECT_TRUE(logged.lines.empty());  // whoever called run_until_complete knows that the task was not done
}

TEST_F(EventLoopTestsMixin, test_call_later) {
  std::vector<std::string> results;
  loop.call_later(100ms, [&] {
    results.push_back("hello world");
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(results, std::vector<std::string>{"hello world"});
}

TEST_F(EventLoopTestsMixin, test_call_soon) {
  std::vector<std::string> results;
  loop.call_soon([&] {
    results.push_back("hello");
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(results, std::vector<std::string>{"hello"});
}

struct resumes_itself {
  struct promise_type {
    resumes_itself get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> frame;
};

resumes_itself count(int& resumed) {
  ++resumed;
  co_await std::suspend_always();
  ++resumed;
}

// Coroutines of other libraries, by handle.
TEST_F(EventLoopTestsMixin, test_call_soon__coroutine_handle) {
  int resumed = 0;
  const resumes_itself foreign = count(resumed);
  loop.call_soon(foreign.frame);
  EXPECT_EQ(resumed, 0);
  run_once();
  EXPECT_EQ(resumed, 1);
  loop.call_soon(std::coroutine_handle<>(foreign.frame));
  run_once();
  EXPECT_EQ(resumed, 2);
  EXPECT_TRUE(foreign.frame.done());
  foreign.frame.destroy();
}

TEST_F(EventLoopTestsMixin, test_call_soon_threadsafe) {
  keeps_order();
  std::vector<std::string> results;
  const auto add = [&](const char* word) {
    results.push_back(word);
    if (results.size() == 2) loop.stop();
  };
  std::thread([&] { loop.call_soon_threadsafe([&] { add("hello"); }); }).join();
  loop.call_soon([&] { add("world"); });
  loop.run_forever();
  EXPECT_EQ(results, (std::vector<std::string>{"hello", "world"}));
}

// The loop waits in the selector with nothing to do.
TEST_F(EventLoopTestsMixin, test_call_soon_threadsafe__wakes_the_loop) {
  std::thread::id ran_in;
  std::thread other([&] {
    loop.call_soon_threadsafe([&] {
      ran_in = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run_forever();
  other.join();
  EXPECT_EQ(ran_in, std::this_thread::get_id());
}

TEST_F(EventLoopTestsMixin, test_call_soon_threadsafe_same_thread) {
  keeps_order();
  std::vector<std::string> results;
  loop.call_soon([&] {
    loop.call_soon_threadsafe([&] { results.push_back("hello"); });
    loop.call_soon([&] { results.push_back("world"); });
  });
  loop.call_soon_threadsafe([&] { results.push_back("first"); });
  run_briefly();
  EXPECT_EQ(results, (std::vector<std::string>{"first", "hello", "world"}));
}

TEST_F(EventLoopTestsMixin, test_add_signal_handler) {
  int caught = 0;
  loop.add_signal_handler(SIGINT, [&] { ++caught; });
  ::kill(::getpid(), SIGINT);
  run_until([&] { return caught != 0; });
  EXPECT_TRUE(loop.remove_signal_handler(SIGINT));
  EXPECT_FALSE(loop.remove_signal_handler(SIGINT));
}

// SIGALRM for this process, once, in a hundredth of a second.
void set_alarm() {
  itimerval once{};
  once.it_value.tv_usec = 10'000;
  ::setitimer(ITIMER_REAL, &once, nullptr);
}

TEST_F(EventLoopTestsMixin, test_signal_handling_while_selecting) {
  int caught = 0;
  loop.add_signal_handler(SIGALRM, [&] {
    ++caught;
    loop.stop();
  });
  set_alarm();
  loop.run_forever();  // without a timer, so the real selector waits
  EXPECT_EQ(caught, 1);
}

TEST_F(EventLoopTestsMixin, test_signal_handling_args) {
  int seen = 0;
  loop.add_signal_handler(SIGALRM, [&, argument = 42] {
    seen = argument;
    loop.stop();
  });
  set_alarm();
  loop.run_forever();
  EXPECT_EQ(seen, 42);
}

// sleep(1e-2), sleep(1e-4) ...: each needs a turn to fall due and one to go on, and none is called too early.
coro<void> sleep_less_and_less() {
  co_await sleep(seconds(1e-2));
  co_await sleep(seconds(1e-4));
  co_await sleep(seconds(1e-6));
  co_await sleep(seconds(1e-8));
  co_await sleep(seconds(1e-10));
}

struct turn_counter final : observer {
  void polled(std::optional<std::chrono::nanoseconds>, std::chrono::nanoseconds) override { ++turns; }
  int turns = 0;
};

TEST_F(EventLoopTestsMixin, test_timeout_rounding) {
  turn_counter counter;
  loop.set_observer(&counter);
  run(sleep_less_and_less());
  loop.set_observer(nullptr);
  EXPECT_LE(counter.turns, 12);
  EXPECT_GE(now(), 0.01010101);
}

struct callback_counter final : observer {
  void callback_begins(const ready_item&) override { ++begun; }
  void callback_ends(std::chrono::nanoseconds) override { ++ended; }
  int begun = 0;
  int ended = 0;
};

TEST(observers, see_the_end_of_what_an_interrupt_ends) {
  NEEDS_DEBUG_MODE();
  callback_counter counter;
  event_loop loop{virtual_time()};
  loop.set_observer(&counter);
  loop.call_soon([] { throw keyboard_interrupt(); });
  EXPECT_THROW(loop.run_forever(), keyboard_interrupt);
  EXPECT_EQ(counter.begun, 1);
  EXPECT_EQ(counter.ended, 1);
}

TEST_F(EventLoopTestsMixin, test_timeout_rounding__real_clock) {
  event_loop real;
  turn_counter counter;
  real.set_observer(&counter);
  real.run_until_complete(sleep_less_and_less());
  real.set_observer(nullptr);
  EXPECT_LE(counter.turns, 20);
}

coro<void> close_loop(event_loop& loop) {
  loop.close();
  co_return;
}

TEST_F(EventLoopTestsMixin, test_close_running_event_loop) {
  EXPECT_EQ(thrown_message<runtime_error>([&] { run(close_loop(loop)); }), "Cannot close a running event loop");
  EXPECT_FALSE(loop.is_closed());
}

TEST_F(EventLoopTestsMixin, test_close) {
  const future<void> pending = loop.create_future<void>();
  loop.close();
  const auto error_of = [](auto call) { return thrown_message<runtime_error>(call); };
  const std::string closed = "Event loop is closed";
  EXPECT_EQ(error_of([&] { loop.run_forever(); }), closed);
  EXPECT_EQ(error_of([&] { run(pending); }), closed);
  EXPECT_EQ(error_of([&] { run(close_loop(loop)); }), closed);
  EXPECT_EQ(error_of([&] { loop.call_soon([] {}); }), closed);
  EXPECT_EQ(error_of([&] { loop.call_soon(std::noop_coroutine()); }), closed);
  EXPECT_EQ(error_of([&] { loop.call_soon_threadsafe([] {}); }), closed);
  EXPECT_EQ(error_of([&] { loop.call_later(1s, [] {}); }), closed);
  EXPECT_EQ(error_of([&] { loop.call_at(loop.time(), [] {}); }), closed);
  EXPECT_EQ(error_of([&] { static_cast<void>(loop.create_task(close_loop(loop))); }), closed);
  EXPECT_EQ(error_of([&] { loop.add_signal_handler(SIGTERM, [] {}); }), closed);
  EXPECT_TRUE(logged.lines.empty());  // no coroutine was lost
}

TEST_F(EventLoopTestsMixin, test_close__drops_what_is_queued) {
  const auto alive = std::make_shared<int>(0);
  loop.call_soon([alive] { FAIL(); });
  loop.call_later(1s, [alive] { FAIL(); });
  loop.call_soon_threadsafe([alive] { FAIL(); });
  std::thread([&] { loop.call_soon_threadsafe([alive] { FAIL(); }); }).join();
  EXPECT_EQ(alive.use_count(), 5);
  loop.close();
  EXPECT_EQ(alive.use_count(), 1);
}

coro<void> look_around(event_loop& loop) {
  EXPECT_EQ(&get_running_loop(), &loop);
  EXPECT_EQ(running_loop(), &loop);
  co_return;
}

class GetEventLoopTestsMixin : public virtual_loop {};

TEST_F(GetEventLoopTestsMixin, test_get_event_loop_returns_running_loop) {
  const auto outside = [] { get_running_loop(); };
  EXPECT_EQ(thrown_message<runtime_error>(outside), "no running event loop");
  EXPECT_EQ(running_loop(), nullptr);
  run(look_around(loop));
  EXPECT_EQ(thrown_message<runtime_error>(outside), "no running event loop");
  event_loop second(virtual_time());
  second.run_until_complete(look_around(second));
  EXPECT_EQ(running_loop(), nullptr);
}

}  // namespace
}  // namespace coroguard
