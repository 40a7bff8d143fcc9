// Tasks that wait for each other, and those that only seem to.
#include <coroguard/runtime.hpp>

#include "debug/captured_reports.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class await_cycles : public virtual_loop {
protected:
  await_cycles() {
    loop.set_shuffle_seed(std::nullopt);
    loop.set_debug(true);
  }

  std::vector<report> found() {
    std::vector<report> circles;
    for (const report& one : reports.take())
      if (one.rule == "await-cycle") circles.push_back(one);
    return circles;
  }
  // Runs for a while; pending tasks stay.
  void run_for(seconds time) {
    const timer_handle ends = loop.call_later(time, [this] { loop.stop(); });
    loop.run_forever();
  }
  void cancel_all() {
    for (const task_base& one : all_tasks(loop)) one.cancel();
    run_briefly();
  }

  captured_reports reports;
  std::vector<task<void>> tasks;
};

using task_list = std::vector<task<void>>;

coro<void> awaits(const task_list& tasks, std::size_t which) {
  co_await sleep(1s);
  co_await tasks[which];
}

TEST_F(await_cycles, of_two_tasks) {
  tasks = {loop.create_task(awaits(tasks, 1), {.name = "a"}), loop.create_task(awaits(tasks, 0), {.name = "b"})};
  run_for(2s);
  const std::vector<report> circles = found();
  ASSERT_EQ(circles.size(), 1u);
  EXPECT_EQ(circles[0].message, "b waits for a waits for b: a circle, in which no task can go on");
  ASSERT_EQ(circles[0].notes.size(), 3u);
  EXPECT_TRUE(circles[0].notes[0].starts_with("b (created at ")) << circles[0].notes[0];
  EXPECT_TRUE(circles[0].notes[0].ends_with(") waits for a")) << circles[0].notes[0];
  ASSERT_EQ(circles[0].await_chain.size(), 2u);
  EXPECT_EQ(circles[0].await_chain[0].at.line(), circles[0].await_chain[1].at.line());
  EXPECT_EQ(circles[0].await_chain[0].at.line(), 43u);
  EXPECT_NE(circles[0].await_chain[0].task, circles[0].await_chain[1].task);
  cancel_all();
}

TEST_F(await_cycles, of_a_hundred_tasks_are_told_once) {
  for (std::size_t i = 0; i < 100; ++i) tasks.push_back(loop.create_task(awaits(tasks, (i + 1) % 100)));
  run_for(2s);
  const std::vector<report> circles = found();
  ASSERT_EQ(circles.size(), 1u);
  EXPECT_EQ(circles[0].notes.size(), 101u);
  cancel_all();
}

coro<void> gathers(const task_list& tasks, std::size_t which) {
  co_await sleep(1s);
  co_await gather(sleep(1s), tasks[which]);
}
coro<void> shields(const task_list& tasks, std::size_t which) {
  co_await sleep(1s);
  co_await shield(tasks[which]);
}
coro<void> waits_for_all(const task_list& tasks, std::size_t which) {
  co_await sleep(1s);
  const task_list one{tasks[which]};
  co_await wait(one);
}
coro<void> inner(const task_list& tasks, std::size_t which) { co_await tasks[which]; }
coro<void> awaits_deep(const task_list& tasks, std::size_t which) {
  co_await sleep(1s);
  co_await inner(tasks, which);
}

TEST_F(await_cycles, through_gather_shield_wait_and_coroutines) {
  coro<void> (*const ways[])(const task_list&, std::size_t) = {gathers, shields, waits_for_all, awaits_deep};
  for (const auto way : ways) {
    tasks = {loop.create_task(way(tasks, 1)), loop.create_task(awaits(tasks, 0))};
    run_for(5s);
    EXPECT_EQ(found().size(), 1u);
    cancel_all();
  }
}

coro<void> awaits_task(task_base parent) { co_await future<void>(ref<future_state_base>::share(&parent.state())); }
coro<void> groups() {
  const task_base self = current_task();
  co_await with(task_group(), [&](task_group& group) -> coro<void> {
    group.create_task(awaits_task(self));
    co_return;
  });
}

TEST_F(await_cycles, of_a_task_group_and_its_owner) {
  tasks = {loop.create_task(groups())};
  run_for(1s);
  EXPECT_EQ(found().size(), 1u);
  cancel_all();
}

TEST_F(await_cycles, that_come_again_are_not_told_again) {
  const auto tries_again = [](const task_list& all) -> coro<void> {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await shield(all[1]);
      } catch (const cancelled_error&) {
      }
      current_task().uncancel();
    }
  };
  tasks = {loop.create_task(tries_again(tasks)), loop.create_task(awaits(tasks, 0))};
  run_for(2s);
  for (int i = 0; i < 3; ++i) {
    tasks[0].cancel();
    run_briefly();
  }
  run_for(2s);
  EXPECT_EQ(found().size(), 1u);
}

// ---- what is none ------------------------------------------------------------------------------------------------------

TEST_F(await_cycles, are_not_chains) {
  tasks.push_back(loop.create_task(sleep(10s)));
  for (std::size_t i = 1; i < 1000; ++i) tasks.push_back(loop.create_task(awaits(tasks, i - 1)));
  run_for(20s);
  EXPECT_TRUE(found().empty());
}

TEST_F(await_cycles, are_not_diamonds) {
  tasks.push_back(loop.create_task(sleep(10s)));
  for (int i = 0; i < 300; ++i) tasks.push_back(loop.create_task(awaits(tasks, 0)));
  tasks.push_back(loop.create_task([](const task_list& all) -> coro<void> {
    const task_list copy(all.begin(), all.end() - 1);
    co_await wait(copy);
  }(tasks)));
  run_for(20s);
  EXPECT_TRUE(found().empty());
}

coro<void> waits_for_first(const task_list& tasks, const task<void>& other) {
  const task_list both{tasks[1], other};
  co_await wait(both, {.return_when = return_when::first_completed});
}
coro<void> waits_some_time(const task_list& tasks) {
  const task_list one{tasks[1]};
  co_await wait(one, {.timeout = 5s});
}
coro<void> takes_what_comes(const task_list& tasks, const task<void>& other) {
  const task_list both{tasks[1], other};
  auto done = as_completed(both);
  co_await done.next();
}

TEST_F(await_cycles, are_not_waits_that_others_end) {
  const task<void> other = loop.create_task(sleep(3s));
  tasks = {loop.create_task(waits_for_first(tasks, other)), loop.create_task(awaits(tasks, 0))};
  run_for(10s);
  EXPECT_TRUE(tasks[1].done());
  tasks = {loop.create_task(waits_some_time(tasks)), loop.create_task(awaits(tasks, 0))};
  run_for(10s);
  EXPECT_TRUE(tasks[1].done());
  const task<void> another = loop.create_task(sleep(3s));
  tasks = {loop.create_task(takes_what_comes(tasks, another)), loop.create_task(awaits(tasks, 0))};
  run_for(10s);
  EXPECT_TRUE(tasks[1].done());
  EXPECT_TRUE(found().empty());
}

TEST_F(await_cycles, are_not_futures_that_somebody_sets) {
  const future<void> ready = loop.create_future<void>();
  const auto sets = [](future<void> one, const task_list& all) -> coro<void> {
    co_await sleep(1s);
    one.set_result();
    co_await all[0];
  };
  const auto waits = [](future<void> one) -> coro<void> { co_await one; };
  tasks = {loop.create_task(waits(ready)), loop.create_task(sets(ready, tasks))};
  run_for(5s);
  EXPECT_TRUE(tasks[1].done());
  EXPECT_TRUE(found().empty());
}

TEST_F(await_cycles, are_not_looked_for_without_debug_mode) {
  loop.set_debug(false);
  tasks = {loop.create_task(awaits(tasks, 1)), loop.create_task(awaits(tasks, 0))};
  run_for(2s);
  EXPECT_TRUE(found().empty());
  cancel_all();
}

}  // namespace
}  // namespace coroguard
