// BaseEventLoopTests of CPython's test_base_events: queueing, one turn, timers, running to an end.
#include <chrono>
#include <cmath>
#include <coroguard/task/sleep.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "loop/base_event_loop_tests.hpp"
#include "loop/scripted_loop.hpp"
#include "needs_debug_mode.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

TEST_F(BaseEventLoopTests, test_close) {
  EXPECT_FALSE(loop.is_closed());
  loop.close();
  EXPECT_TRUE(loop.is_closed());
  loop.close();  // more than once is no error
  const future<int> never = loop.create_future<int>();
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.run_forever(); }), "Event loop is closed");
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.run_until_complete(never); }), "Event loop is closed");
}

TEST_F(BaseEventLoopTests, test__add_callback_handle) {
  int calls = 0;
  loop.call_soon([&] { ++calls; });
  EXPECT_TRUE(loop.timers().empty());
  EXPECT_EQ(calls, 0);
  run_once();
  EXPECT_EQ(calls, 1);
  run_once();
  EXPECT_EQ(calls, 1);
}

TEST_F(BaseEventLoopTests, test__add_callback_cancelled_handle) {
  bool called = false;
  handle cancelled = loop.call_soon([&] { called = true; });
  cancelled.cancel();
  run_once();
  EXPECT_FALSE(called);
  EXPECT_TRUE(cancelled.cancelled());
}

class idle_executor final : public executor {
public:
  explicit idle_executor(std::vector<std::string>& calls) : calls_(calls) {}
  void post(callback<void()>) override { calls_.push_back("post"); }
  void shutdown(bool wait, bool) override { calls_.push_back(wait ? "shutdown and wait" : "shutdown"); }

private:
  std::vector<std::string>& calls_;
};

TEST_F(BaseEventLoopTests, test_set_default_executor) {
  std::vector<std::string> calls;
  auto pool = std::make_unique<idle_executor>(calls);
  executor* const expected = pool.get();
  loop.set_default_executor(std::move(pool));
  EXPECT_EQ(loop.default_executor(), expected);
  loop.close();
  EXPECT_EQ(calls, std::vector<std::string>{"shutdown"});  // close does not wait for threads
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.default_executor(); }), "Executor shutdown has been called");
}

TEST_F(BaseEventLoopTests, test_call_soon) {
  keeps_order();
  std::string order;
  loop.call_soon([&] { order += "a"; });
  loop.call_soon([&] { order += "b"; });
  loop.call_soon([&] { order += "c"; });
  EXPECT_EQ(order, "");
  run_once();
  EXPECT_EQ(order, "abc");
}

TEST_F(BaseEventLoopTests, test_call_soon_non_callable) {
  static_assert(!loop_callback<int>);
  static_assert(!loop_callback<std::string>);
  static_assert(!loop_callback<void (*)(int)>);
  static_assert(loop_callback<void (*)()>);
  static_assert(loop_callback<int (*)()>);
}

TEST_F(BaseEventLoopTests, test_call_later) {
  bool called = false;
  const timer_handle timer = loop.call_later(10s, [&] { called = true; });
  EXPECT_EQ(loop.timers().size(), 1u);
  EXPECT_EQ(timer.when(), loop.time() + 10s);
  run_briefly();
  EXPECT_FALSE(called);
  loop.call_later(10s, [&] { loop.stop(); });
  loop.run_forever();
  EXPECT_TRUE(called);
  EXPECT_EQ(now(), 10);
}

TEST_F(BaseEventLoopTests, test_call_later_negative_delays) {
  keeps_order();
  std::string calls;
  loop.call_later(-1s, [&] { calls += "a"; });
  loop.call_later(-2s, [&] { calls += "b"; });
  run_briefly();
  EXPECT_EQ(calls, "ba");
}

TEST_F(BaseEventLoopTests, test_call_later_negative_delays__and_not_a_number) {
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { loop.call_later(seconds(std::nan("")), [] {}); }),
            "Invalid delay: NaN (not a number)");
  EXPECT_TRUE(loop.timers().empty());
}

TEST_F(BaseEventLoopTests, test_call_later_negative_delays__without_end) {
  const double infinite = std::numeric_limits<double>::infinity();
  int calls = 0;
  loop.call_later(seconds(-infinite), [&] { ++calls; });
  loop.call_at(time_point::min(), [&] { ++calls; });
  loop.call_later(seconds(infinite), [] { FAIL() << "a hundred years have not passed"; });
  run_briefly();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(loop.timers().size(), 1u);
}

TEST_F(BaseEventLoopTests, test_time_and_call_at) {
  loop.call_at(loop.time() + 100ms, [&] { loop.stop(); });
  loop.run_forever();
  EXPECT_DOUBLE_EQ(now(), 0.1);
}

TEST_F(BaseEventLoopTests, test_time_and_call_at__same_time_in_order) {
  keeps_order();
  std::string order;
  for (const char name : std::string("abcdefgh")) loop.call_at(loop.time() + 1s, [&order, name] { order += name; });
  run(sleep(2s));
  EXPECT_EQ(order, "abcdefgh");
}

TEST_F(BaseEventLoopTests, test__run_once) {
  scripted_loop scripted;
  timer_handle first = scripted.loop.call_later(5s, [] {});
  scripted.loop.call_later(10s, [] {});
  first.cancel();
  scripted.selector.during = [&] { scripted.loop.stop(); };
  scripted.loop.run_forever();
  ASSERT_EQ(scripted.selector.timeouts.size(), 1u);
  EXPECT_EQ(scripted.selector.timeouts[0], 10s);
  EXPECT_EQ(scripted.loop.timers().size(), 1u);
}

TEST_F(BaseEventLoopTests, test__run_once__waits_a_day_at_most) {
  scripted_loop scripted;
  scripted.loop.call_later(1000h, [] {});
  scripted.selector.during = [&] { scripted.loop.stop(); };
  scripted.loop.run_forever();
  EXPECT_EQ(scripted.selector.timeouts.at(0), 24h);
}

TEST_F(BaseEventLoopTests, test__run_once__waits_without_limit_for_nothing) {
  scripted_loop scripted;
  scripted.selector.during = [&] { scripted.loop.stop(); };
  scripted.loop.run_forever();
  EXPECT_EQ(scripted.selector.timeouts.at(0), std::nullopt);
}

TEST_F(BaseEventLoopTests, test_set_debug) {
  NEEDS_DEBUG_MODE();
  loop.set_debug(true);
  EXPECT_TRUE(loop.get_debug());
  loop.set_debug(false);
  EXPECT_FALSE(loop.get_debug());
}

// What a callback schedules runs in the next turn, which asks the selector first.
TEST_F(BaseEventLoopTests, test__run_once_schedule_handle) {
  scripted_loop scripted;
  int calls = 0;
  scripted.loop.call_later(-1s, [&] {
    ++calls;
    scripted.loop.call_soon([&] { ++calls; });
  });
  scripted.run_once();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(scripted.selector.timeouts.size(), 1u);
  scripted.run_once();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(scripted.selector.timeouts.size(), 2u);
}

TEST_F(BaseEventLoopTests, test__run_once_cancelled_event_cleanup) {
  scripted_loop scripted;
  const auto add = [&](seconds delay, bool cancelled) {
    timer_handle timer = scripted.loop.call_later(delay, [] {});
    if (cancelled) timer.cancel();
  };
  const timer_heap& timers = scripted.loop.timers();
  add(3000s, false);  // keeps the cancelled ones from the head
  for (int i = 0; i < 2; ++i) add(3600s, true);
  for (int i = 0; i < 2; ++i) add(100s, true);
  EXPECT_EQ(timers.cancelled(), 4u);

  scripted.run_once();  // few timers: only the cancelled ones at the head leave
  EXPECT_EQ(timers.cancelled(), 2u);
  EXPECT_EQ(timers.size(), 3u);

  for (int i = 0; i < 49; ++i) add(3600s, false);
  for (int i = 0; i < 48; ++i) add(3600s, true);
  scripted.run_once();  // a hundred, half of them cancelled: not enough of either
  EXPECT_EQ(timers.size(), 100u);
  EXPECT_EQ(timers.cancelled(), 50u);

  add(3600s, true);
  add(3600s, true);
  EXPECT_EQ(timers.size(), 102u);
  scripted.run_once();  // more than a hundred, more than half of them cancelled
  EXPECT_EQ(timers.size(), 50u);
  EXPECT_EQ(timers.cancelled(), 0u);
}

TEST_F(BaseEventLoopTests, test__run_once_cancelled_event_cleanup__counts_those_that_fall_due) {
  loop.call_later(1s, [] {});
  timer_handle behind = loop.call_later(1s, [] { FAIL() << "it was cancelled"; });
  behind.cancel();
  EXPECT_EQ(loop.timers().cancelled(), 1u);
  run(sleep(2s));
  EXPECT_EQ(loop.timers().cancelled(), 0u);
  EXPECT_TRUE(loop.timers().empty());
}

TEST_F(BaseEventLoopTests, test__run_once_cancelled_event_cleanup__keeps_the_order) {
  keeps_order();
  std::vector<int> order;
  std::vector<timer_handle> timers;
  for (int i = 0; i < 200; ++i)
    timers.push_back(loop.call_later(seconds(i * 37 % 200), [&order, i] { order.push_back(i * 37 % 200); }));
  for (int i = 0; i < 200; ++i)
    if (i % 3 != 0) timers[static_cast<std::size_t>(i)].cancel();
  run_once();
  EXPECT_EQ(loop.timers().size(), 66u);  // the one that was due ran; 133 were cancelled
  run(sleep(200s));
  EXPECT_EQ(order.size(), 67u);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

template <class Loop, class Argument>
concept runs_until_complete = requires(Loop& loop, Argument argument) { loop.run_until_complete(argument); };

TEST_F(BaseEventLoopTests, test_run_until_complete_type_error) {
  static_assert(!runs_until_complete<event_loop, const char*>);
  static_assert(!runs_until_complete<event_loop, int>);
  static_assert(runs_until_complete<event_loop, future<int>>);
}

TEST_F(BaseEventLoopTests, test_run_until_complete_loop) {
  event_loop other(virtual_time());
  const future<int> ours = loop.create_future<int>();
  EXPECT_EQ(thrown_message<std::invalid_argument>([&] { other.run_until_complete(ours); }),
            "The future belongs to a different loop than the one specified as the loop argument");
  EXPECT_FALSE(other.is_running());
}

coro<void> wait_for_long(seconds delay) { co_await sleep(delay); }

// The first run must not leave a done-callback behind that would stop the second one.
TEST_F(BaseEventLoopTests, test_run_until_complete_loop_orphan_future_close_loop) {
  loop.call_soon([] { throw keyboard_interrupt(); });
  EXPECT_THROW(run(wait_for_long(100ms)), keyboard_interrupt);
  run(wait_for_long(200ms));
  EXPECT_DOUBLE_EQ(now(), 0.2);
}

coro<void> interrupt() {
  throw keyboard_interrupt();
  co_return;
}

TEST_F(BaseEventLoopTests, test_run_forever_keyboard_interrupt) {
  int reports = 0;
  loop.set_exception_handler([&](event_loop&, const exception_context&) { ++reports; });
  EXPECT_THROW(run(interrupt()), keyboard_interrupt);
  EXPECT_FALSE(loop.is_running());
  loop.close();
  EXPECT_EQ(reports, 0);
}

// The rest of the turn that an interrupt ends is not lost, and comes first.
TEST_F(BaseEventLoopTests, test_run_forever_keyboard_interrupt__keeps_the_rest_of_the_turn) {
  keeps_order();
  std::string order;
  loop.call_soon([&] {
    order += "a";
    loop.call_soon([&] { order += "d"; });
  });
  loop.call_soon([] { throw keyboard_interrupt(); });
  loop.call_soon([&] { order += "b"; });
  loop.call_soon([&] { order += "c"; });
  EXPECT_THROW(loop.run_forever(), keyboard_interrupt);
  EXPECT_EQ(order, "a");
  run_once();
  EXPECT_EQ(order, "abcd");
}

TEST_F(BaseEventLoopTests, test_run_until_complete_baseexception) {
  EXPECT_THROW(run(interrupt()), keyboard_interrupt);
  bool called = false;
  const auto last = [&] {
    loop.stop();
    called = true;
  };
  loop.call_soon([&] { loop.call_soon(last); });
  loop.run_forever();  // a stop() left over would end this one turn too early
  EXPECT_TRUE(called);
}

// CPython issue 25593: what is queued when the loop stops must not be queued again.
TEST_F(BaseEventLoopTests, test_single_selecter_event_callback_after_stopping) {
  scripted_loop scripted;
  int calls = 0;
  constexpr int fd = 1000;
  scripted.selector.ready = {{fd, true, false}};
  scripted.loop.add_reader(fd, [&] {
    ++calls;
    scripted.loop.remove_reader(fd);
    scripted.selector.ready.clear();
  });
  for (int i = 0; i < 2; ++i) {
    scripted.loop.call_soon([&] { scripted.loop.stop(); });
    scripted.loop.run_forever();
    EXPECT_EQ(calls, 1);
  }
}

TEST_F(BaseEventLoopTests, test_run_once) {
  int calls = 0;
  loop.call_soon([&] { ++calls; });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  EXPECT_EQ(calls, 1);
}

TEST_F(BaseEventLoopTests, test_run_forever_pre_stopped) {
  scripted_loop scripted;
  scripted.loop.stop();
  scripted.loop.run_forever();
  ASSERT_EQ(scripted.selector.timeouts.size(), 1u);
  EXPECT_EQ(scripted.selector.timeouts[0], 0s);
}

}  // namespace
}  // namespace coroguard
