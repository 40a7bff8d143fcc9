// Tasks that wait for what nobody can end, and those that somebody will wake.
#include <coroguard/runtime.hpp>
#include <deque>
#include <map>
#include <memory>
#include <thread>

#include "debug/captured_reports.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class lost_wakeups : public virtual_loop {
protected:
  lost_wakeups() {
    loop.set_debug(true);
    get_loop = &loop;
  }

  // What is found while the loop has nothing to do for `time`.
  std::vector<report> found_within(seconds time = 5s) {
    const timer_handle ends = loop.call_later(time, [this] { loop.stop(); });
    loop.run_forever();
    std::vector<report> lost;
    for (const report& one : reports.take())
      if (one.rule == "lost-wakeup") lost.push_back(one);
    return lost;
  }
  ~lost_wakeups() override {
    for (const task_base& one : all_tasks(loop)) one.cancel();
    run_briefly();
  }

  captured_reports reports;
  static inline event_loop* get_loop = nullptr;
};

// An operation whose other half is gone.
future<int> begin_and_forget(event_loop& loop) { return loop.create_future<int>(); }

coro<void> awaits_forgotten() { co_await begin_and_forget(get_running_loop()); }
coro<void> outer() { co_await awaits_forgotten(); }

TEST_F(lost_wakeups, of_a_future_that_was_dropped) {
  const task<void> waits = loop.create_task(outer(), {.name = "w"});
  const std::vector<report> lost = found_within();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].message, "w waits for a future that nobody else has a handle on: nothing can wake it but a cancellation");
  ASSERT_EQ(lost[0].await_chain.size(), 2u);
  EXPECT_EQ(lost[0].await_chain[0].at.line(), 44u);
  ASSERT_FALSE(lost[0].notes.empty());
  EXPECT_NE(lost[0].notes[0].find("lost_wakeup_test.cpp:42"), std::string::npos) << lost[0].notes[0];
  EXPECT_EQ(function_name(lost[0].creation_chain.at(0).function), "awaits_forgotten");
  EXPECT_TRUE(found_within(60s).empty());  // told once
}

// A connection that is gone with the promises of its requests.
struct connection {
  std::map<int, future<int>> answers;
  future<int> ask(int number) { return answers[number] = get_running_loop().create_future<int>(); }
};
coro<void> asks(connection& to, int number) { co_await to.ask(number); }

TEST_F(lost_wakeups, of_requests_whose_connection_is_gone) {
  auto to = std::make_unique<connection>();
  std::vector<task<void>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(loop.create_task(asks(*to, i)));
  EXPECT_TRUE(found_within().empty());
  to.reset();
  EXPECT_EQ(found_within().size(), 3u);
}

coro<void> moves(future<int> awaited) { co_await std::move(awaited); }

TEST_F(lost_wakeups, of_a_cancelled_timer) {
  timer_handle timer;
  std::optional<future<int>> ready = loop.create_future<int>();
  timer = loop.call_later(1000s, [ready = *ready] { ready.set_result(1); });
  const task<void> waits = loop.create_task(moves(*std::exchange(ready, std::nullopt)));
  EXPECT_TRUE(found_within().empty());
  timer.cancel();
  EXPECT_EQ(found_within().size(), 1u);
}

TEST_F(lost_wakeups, of_several_tasks_that_wait_for_one_future) {
  std::optional<future<int>> ready = loop.create_future<int>();
  const task<void> one = loop.create_task(moves(*ready));
  const task<void> other = loop.create_task(moves(*ready));
  EXPECT_TRUE(found_within().empty());
  ready.reset();
  EXPECT_EQ(found_within().size(), 2u);
}

// A loop that waits without limit is woken to look.
TEST(lost_wakeup, in_a_loop_that_would_wait_for_ever) {
  captured_reports reports;
  event_loop loop;
  loop.set_debug(true);
  std::atomic<bool> told = false;
  const report_sink before = set_report_sink([&](const report& one) {
    if (one.rule == "lost-wakeup" && !told.exchange(true)) loop.call_soon_threadsafe([&] { loop.stop(); });
  });
  const task<void> waits = loop.create_task(outer());
  loop.run_forever();
  set_report_sink(before);
  EXPECT_TRUE(told);
  waits.cancel();
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
}

// ---- somebody will wake them ---------------------------------------------------------------------------------------------

coro<void> waits_for_ever() { co_await get_running_loop().create_future<void>(); }

TEST_F(lost_wakeups, are_not_waits_that_are_meant) {
  const task<void> waits = loop.create_task(waits_for_ever());
  EXPECT_TRUE(found_within().empty());
}

coro<void> waits_in_a_variable(std::chrono::seconds when) {
  future<void> ready = get_running_loop().create_future<void>();
  get_running_loop().call_later(when, [&ready] { ready.set_result(); });
  co_await ready;
}

TEST_F(lost_wakeups, are_not_variables_that_a_callback_refers_to) {
  const task<void> waits = loop.create_task(waits_in_a_variable(20s));
  EXPECT_TRUE(found_within(30s).empty());
  EXPECT_TRUE(waits.done());
}

TEST_F(lost_wakeups, are_not_futures_of_callbacks_and_timers) {
  const auto waits = [](seconds after) -> coro<void> {
    future<int> ready = get_running_loop().create_future<int>();
    get_running_loop().call_later(after, [ready] { ready.set_result(1); });
    co_await std::move(ready);
  };
  const task<void> one = loop.create_task(waits(20s));
  EXPECT_TRUE(found_within(30s).empty());
  EXPECT_TRUE(one.done());
}

struct semaphore {
  std::deque<future<void>> waiters;
  future<void> acquire() { return waiters.emplace_back(get_running_loop().create_future<void>()); }
  void release() {
    waiters.front().set_result();
    waiters.pop_front();
  }
};
coro<void> acquires(semaphore& from) { co_await from.acquire(); }

TEST_F(lost_wakeups, are_not_waiters_of_a_semaphore) {
  semaphore from;
  std::vector<task<void>> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back(loop.create_task(acquires(from)));
  EXPECT_TRUE(found_within(20s).empty());
  for (int i = 0; i < 10; ++i) from.release();
  run_briefly();
  EXPECT_TRUE(found_within().empty());
}

coro<void> many_ways() {
  co_await sleep(10s);
  co_await gather(sleep(10s), sleep(20s));
  co_await shield(sleep(10s));
  co_await wait_for(sleep(10s), 20s);
  co_await with(task_group(), [](task_group& group) -> coro<void> {
    group.create_task(sleep(10s));
    co_return;
  });
  const std::vector<task<void>> tasks{create_task(sleep(10s)), create_task(sleep(20s))};
  co_await wait(tasks);
  const std::vector<task<void>> more{create_task(sleep(10s)), create_task(sleep(20s))};
  auto done = as_completed(more);
  co_await done.next();
  co_await done.next();
  const task<void> one = create_task(sleep(10s));
  co_await one;
  co_await create_task(sleep(10s));
}

TEST_F(lost_wakeups, are_not_what_the_runtime_waits_for) {
  const task<void> all = loop.create_task(many_ways());
  EXPECT_TRUE(found_within(200s).empty());
  EXPECT_TRUE(all.done());
}

// Work in other threads, for longer than a loop waits until it is looked at.
TEST(lost_wakeup, is_not_seen_in_work_of_other_threads) {
  captured_reports reports;
  const auto works = []() -> coro<void> {
    co_await to_thread([] { std::this_thread::sleep_for(1500ms); });
    event_loop& loop = get_running_loop();
    future<int> ready = loop.create_future<int>();
    std::thread other([&loop, ready] {
      std::this_thread::sleep_for(1500ms);
      loop.call_soon_threadsafe([ready] { ready.set_result(1); });
    });
    co_await std::move(ready);
    other.join();
    thread_pool_executor pool(1);
    co_await wrap_future(pool.submit([] { std::this_thread::sleep_for(1500ms); }));
  };
  run(works(), {.debug = true});
  for (const report& one : reports.take()) EXPECT_NE(one.rule, "lost-wakeup") << report_text(one);
}

}  // namespace
}  // namespace coroguard
