// Real stalls of a real loop: reported while they last, with where they are; how often; of which loop; switched on and off.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <coroguard/debug/watchdog.hpp>
#include <coroguard/task/task.hpp>
#include <map>
#include <random>

#include "debug/stalled_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

coro<void> middle(const way_to_stall& how) { co_await stalls(how); }
coro<void> outermost(const way_to_stall& how) { co_await middle(how); }

// The threads that watch, which the first loop starts, begin with reading the symbols of the program.
class stall : public ::testing::Test {
protected:
  static void SetUpTestSuite() { reports_of([] { std::this_thread::sleep_for(1s); }); }
};

bool is_during(const report& one) { return one.message.find("so far") != std::string::npos; }

template <class T>
coro<T> stalls_with(T result) {
  get_running_loop().set_slow_callback_duration(stall_limit);
  co_await sleep(seconds(0));
  std::this_thread::sleep_for(stall_lasts);
  co_return result;
}

// "suppressed 3 reports", wherever it is said.
int suppressed_in(const report& one) {
  int sum = 0;
  const auto add = [&](const std::string& text) {
    int count = 0;
    if (std::sscanf(text.c_str(), "suppressed %d report", &count) == 1) sum += count;
  };
  add(one.message);
  for (const std::string& note : one.notes) add(note);
  return sum;
}

TEST_F(stall, names_coroutines_as_they_were_written) {
  captured_reports reports;
  run(stalls_with(1), {.debug = true});
  const std::vector<report> found = reports.take();
  ASSERT_GE(found.size(), 2u);
  const auto called = [](const native_frame& frame) { return frame.function.ends_with("stalls_with<int>(int)"); };
  EXPECT_TRUE(std::ranges::any_of(found[0].native_stack, called)) << report_text(found[0]);
}

TEST_F(stall, is_reported_while_it_lasts_with_both_stacks) {
  captured_reports reports;
  run(outermost([] { std::this_thread::sleep_for(stall_lasts); }), {.debug = true});
  const std::vector<report> found = reports.take();
  ASSERT_GE(found.size(), 2u);
  const report& during = found.front();
  EXPECT_EQ(during.rule, "slow-callback");
  EXPECT_TRUE(is_during(during)) << during.message;
  EXPECT_NE(during.message.find("coro=<outermost() at "), std::string::npos) << during.message;
  EXPECT_GE(during.duration, stall_limit);
  EXPECT_LT(during.duration, stall_lasts);
  EXPECT_TRUE(says(during, "blocked in the kernel (clock_nanosleep)")) << report_text(during);
  EXPECT_TRUE(has_function(during, "nanosleep")) << report_text(during);
  EXPECT_TRUE(has_function(during, "stalls(")) << report_text(during);
  for (const native_frame& frame : during.native_stack) EXPECT_TRUE(!frame.module.empty() && frame.offset != 0) << report_text(during);
  ASSERT_EQ(during.await_chain.size(), 3u);
  EXPECT_EQ(function_name(during.await_chain[0].function), "stalls");
  EXPECT_EQ(function_name(during.await_chain[1].function), "middle");
  EXPECT_EQ(function_name(during.await_chain[2].function), "outermost");
  EXPECT_EQ(during.await_chain[1].at.line(), 18u);

  const report& after = found.back();
  EXPECT_NE(after.message.find("took 0."), std::string::npos) << after.message;
  EXPECT_GE(after.duration, stall_lasts);
  EXPECT_EQ(after.task, during.task);
  EXPECT_TRUE(says(after, "blocked in the kernel (clock_nanosleep)")) << report_text(after);
}

[[gnu::noinline]] void waits_for_long() { std::this_thread::sleep_for(stall_lasts + 1ms); }

// People see what the loop called; programs see all of it.
TEST_F(stall, is_printed_without_the_loop_below_it) {
  captured_reports reports;
  event_loop loop;
  loop.set_debug(true);
  loop.set_slow_callback_duration(stall_limit);
  loop.call_soon([] {
    waits_for_long();
    std::atomic_signal_fence(std::memory_order_seq_cst);  // not a tail call
  });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  const std::vector<report> found = reports.take();
  ASSERT_GE(found.size(), 2u);
  ASSERT_TRUE(has_function(found[0], "event_loop::run_forever")) << report_text(found[0]);
  const std::string text = report_text(found[0]);
  const std::string json = report_json(found[0]);
  for (const char* function : {"event_loop::run_", "main", "libc_start"}) {
    EXPECT_EQ(text.find(function), std::string::npos) << text;
    EXPECT_NE(json.find(function), std::string::npos) << json;
  }
  EXPECT_EQ(text.find("callback_state<"), std::string::npos) << text;
  EXPECT_NE(text.find("waits_for_long"), std::string::npos) << text;
}

TEST_F(stall, reports_come_at_doubled_distances) {
  const std::vector<report> found = reports_of([] { std::this_thread::sleep_for(300ms); });
  // 20, 40, 80, 160 ms, and the end; a busy machine may lose one of them
  EXPECT_GE(found.size(), 4u);
  EXPECT_LE(found.size(), 5u);
  std::chrono::nanoseconds before{0};
  std::string all;
  for (const report& one : found) all += "\n" + report_text(one);
  for (const report& one : found) {
    if (!is_during(one)) continue;
    EXPECT_GE(one.duration, before * 5 / 4) << all;
    before = one.duration.value();
  }
}

TEST_F(stall, after_stall_is_reported_five_times_in_ten_seconds) {
  constexpr int count = 30;
  int reports_of_stalls = 0;
  int suppressed = 0;
  int during = 0;
  int after = 0;
  captured_reports reports;
  {
    event_loop loop;
    loop.set_debug(true);
    loop.set_slow_callback_duration(10ms);
    for (int i = 0; i < count; ++i) loop.call_later(20ms * i, [] { std::this_thread::sleep_for(25ms); });
    loop.call_later(20ms * count, [&] { loop.stop(); });
    loop.run_forever();
  }
  for (const report& one : reports.take()) {
    if (one.rule != "slow-callback") continue;
    suppressed += suppressed_in(one);
    during += is_during(one);
    after += is_final(one);
    ++reports_of_stalls;
  }
  // Each stall ended once; of those that had been reported before, the end is told as well.
  EXPECT_LE(during, 5);
  EXPECT_GE(during, 1);
  EXPECT_GE(after, 5);
  EXPECT_LE(after, 10);
  EXPECT_GE(suppressed, count - after) << reports_of_stalls;
}

TEST_F(stall, rate_of_reports) {
  rate_limit limit;
  std::chrono::nanoseconds now = 100s;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limit.allow(now += 1ms), 0);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(limit.allow(now += 1s), std::nullopt);
  EXPECT_EQ(limit.suppressed(), 7);
  EXPECT_EQ(limit.allow(110s), std::nullopt);
  EXPECT_EQ(limit.allow(110s + 1ms), 8);
  EXPECT_EQ(limit.allow(110s + 2ms), 0);
}

// A thousand slow callbacks are a line or two.
TEST(slow_callbacks, do_not_flood) {
  captured_reports reports;
  {
    event_loop loop;
    loop.set_debug(true);
    loop.set_slow_callback_duration(1us);
    for (int i = 0; i < 1000; ++i) loop.call_soon([] { spin(20us); });
    loop.call_soon([&] { loop.stop(); });
    loop.run_forever();
  }
  int slow = 0;
  int suppressed = 0;
  for (const report& one : reports.take()) {
    if (one.rule != "slow-callback") continue;
    slow += is_final(one);
    suppressed += suppressed_in(one);
  }
  EXPECT_GE(slow, 5);
  EXPECT_LE(slow, 30);
  EXPECT_GE(suppressed, 1000 - slow);
}

// Four loops stall at once, each in a function of its own.
template <int Which>
[[gnu::noinline]] void stall_of() {
  std::this_thread::sleep_for(std::chrono::milliseconds(300 + Which));
}

TEST_F(stall, of_four_loops_at_once) {
  std::barrier together(4);
  std::array<std::atomic<const void*>, 4> loops{};
  captured_reports reports;
  const auto in_thread = [&](int which, void (*how)()) {
    run(stalls([&, which, how] {
          loops[static_cast<std::size_t>(which)] = &get_running_loop();
          together.arrive_and_wait();
          how();
        }),
        {.debug = true});
  };
  constexpr void (*ways[])() = {stall_of<0>, stall_of<1>, stall_of<2>, stall_of<3>};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(in_thread, i, ways[i]);
  for (std::thread& thread : threads) thread.join();

  std::map<const void*, int> during;
  std::map<const void*, int> after;
  for (const report& one : reports.take()) {
    ++(is_during(one) ? during : after)[one.loop];
    if (!is_during(one)) continue;
    int functions = 0;
    for (int i = 0; i < 4; ++i) {
      if (!has_function(one, "stall_of<" + std::to_string(i) + ">")) continue;
      ++functions;
      EXPECT_EQ(one.loop, loops[static_cast<std::size_t>(i)]) << report_text(one);
    }
    EXPECT_LE(functions, 1) << report_text(one);
  }
  for (const auto& loop : loops) {
    EXPECT_GE(during[loop], 1);
    EXPECT_EQ(after[loop], 1);
  }
}

// Under load, in the midst of callbacks, between and during stalls.
coro<void> keeps_busy(const std::atomic<bool>& done, long& turns) {
  while (!done) {
    co_await sleep(0s);
    ++turns;
  }
}

TEST(live, switching_on_and_off_under_load) {
  captured_reports reports;
  std::mt19937 random(7);
  long turns = 0;
  int switched = 0;
  std::atomic<bool> done = false;
  event_loop loop;
  loop.set_slow_callback_duration(2ms);
  std::vector<task<void>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(loop.create_task(keeps_busy(done, turns)));
  std::function<void()> tick = [&] {
    if (random() % 3 == 0) {
      loop.set_debug(!loop.get_debug());
      ++switched;
    }
    if (random() % 8 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 6000));
    if (random() % 16 == 0) {  // twice in one callback, and with a stall between
      loop.set_debug(!loop.get_debug());
      std::this_thread::sleep_for(3ms);
      loop.set_debug(!loop.get_debug());
    }
    if (switched < 400) loop.call_later(std::chrono::microseconds(random() % 500), tick);
    else loop.stop();
  };
  loop.call_soon(tick);
  loop.run_forever();
  done = true;
  loop.set_debug(false);
  for (const task<void>& one : tasks) loop.run_until_complete(one);
  EXPECT_GE(turns, 400);
  for (const report& one : reports.take()) EXPECT_EQ(one.loop, &loop) << report_text(one);

  // And off it stays.
  loop.call_soon([] { std::this_thread::sleep_for(stall_lasts); });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  EXPECT_TRUE(reports.take().empty());
}

}  // namespace
}  // namespace coroguard
