// What is destroyed, closed or begun at an unusual moment.
#include <coroguard/task/gather.hpp>
#include <coroguard/task/shield.hpp>
#include <coroguard/task/task_group.hpp>
#include <coroguard/task/timeout.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

// Calls something when it is destroyed.
class at_end {
public:
  explicit at_end(std::function<void()> act) : act_(std::move(act)) {}
  at_end(const at_end&) = delete;
  ~at_end() { act_(); }

private:
  std::function<void()> act_;
};

class lifetimes : public BaseTaskTests {
protected:
  // Waits for `awaited`; calls `act` when its frame is destroyed.
  static coro<void> wait_and(future<void> awaited, std::function<void()> act) {
    const at_end ends(std::move(act));
    co_await awaited;
  }
};

TEST_F(lifetimes, a_loop_cannot_be_closed_or_run_again_in_its_callbacks) {
  loop.call_soon([&] { loop.close(); });
  loop.call_soon([&] { loop.run_forever(); });
  loop.call_soon([&] { loop.run_until_complete(do_nothing()); });
  loop.call_soon([&] { loop.run_until_complete(new_future()); });
  event_loop other(virtual_time());
  loop.call_soon([&] { other.run_until_complete(do_nothing()); });
  run_briefly();
  EXPECT_EQ(logged.lines.size(), 5u);
  EXPECT_TRUE(logged.contains("Cannot close a running event loop"));
  EXPECT_TRUE(logged.contains("This event loop is already running"));
  EXPECT_TRUE(logged.contains("Cannot run the event loop while another loop is running"));
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(lifetimes, handles_outlive_their_loop) {
  handle soon;
  timer_handle later;
  task<void> waits;
  future<void> awaited;
  {
    event_loop gone(virtual_time());
    soon = gone.call_soon([] {});
    later = gone.call_later(seconds(1), [] {});
    awaited = gone.create_future<void>();
    waits = gone.create_task(await_future(awaited));
    gone.stop();
    gone.run_forever();
  }
  soon.cancel();
  later.cancel();
  EXPECT_TRUE(later.cancelled());
  EXPECT_FALSE(waits.done());
  EXPECT_TRUE(waits.cancel());
  EXPECT_TRUE(awaited.cancel());
}

TEST_F(lifetimes, a_done_callback_drops_the_last_handle) {
  auto only = std::make_unique<future<int>>(new_future<int>());
  int got = 0;
  only->add_done_callback([&](const future<int>& done) {
    only.reset();
    got = done.result();
  });
  only->set_result(3);
  run_briefly();
  EXPECT_EQ(got, 3);
}

TEST_F(lifetimes, a_done_callback_throws_a_cancellation) {
  const task<void> t = new_task(do_nothing());
  t.add_done_callback([](const future<void>&) { throw cancelled_error("of a callback"); });
  run(t);
  run_briefly();
  EXPECT_TRUE(logged.contains("Exception in callback"));
}

TEST_F(lifetimes, frames_that_a_closing_loop_destroys_act_on_each_other) {
  const future<void> one = new_future();
  const future<void> two = new_future();
  task<void> first;
  task<void> second;
  int destroyed = 0;
  const auto act = [&] {
    ++destroyed;
    if (!one.done()) one.set_result();
    two.cancel();
    first.cancel();
    second.cancel();
    EXPECT_THROW(static_cast<void>(loop.create_task(do_nothing())), runtime_error);
    EXPECT_THROW(loop.call_soon([] {}), runtime_error);
  };
  first = new_task(wait_and(one, act));
  second = new_task(wait_and(two, act));
  const auto third = new_task(await_future(future<void>(first)));
  const auto fourth = new_task(await_future(shield(second)));
  run_briefly();
  loop.close();
  EXPECT_EQ(destroyed, 2);
  for (const task<void>& pending : {first, second, third, fourth}) EXPECT_FALSE(pending.done());
}

TEST_F(lifetimes, a_frame_that_a_closing_loop_destroys_cancels_a_circle) {
  const future<void> awaited = new_future();
  task<void> first;
  task<void> second;
  const auto last = new_task(wait_and(awaited, [&] { first.cancel(); }));
  first = new_task([](task<void>& other) -> coro<void> { co_await other; }(second));
  second = new_task([](task<void>& other) -> coro<void> { co_await other; }(first));
  run_briefly();
  loop.close();
  EXPECT_FALSE(first.done());
  EXPECT_FALSE(last.done());
}

TEST_F(lifetimes, a_task_of_a_closed_loop_does_not_start) {
  task<void> made;
  loop.set_task_factory([&](event_loop&, task_base& one) {
    loop.close();
    one.start_soon();
    one.start_now();
  });
  made = loop.create_task(do_nothing());
  EXPECT_FALSE(made.done());
}

TEST_F(lifetimes, a_frame_cancels_its_own_task_while_it_is_destroyed) {
  const future<void> awaited = new_future();
  task<void> t;
  t = new_task(wait_and(awaited, [&] { t.cancel("too late"); }));
  run_briefly();
  EXPECT_TRUE(t.cancel("in time"));
  // As in Python: the request that comes during the last step is served, and the message is that of the error.
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "in time");
}

TEST_F(lifetimes, a_local_that_cancels_its_own_task_makes_it_end_as_cancelled) {
  const future<void> awaited = new_future();
  task<void> t;
  t = new_task(wait_and(awaited, [&] { t.cancel("at the end"); }));
  run_briefly();
  awaited.set_result();
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "at the end");
}

TEST_F(lifetimes, a_task_begins_once) {
  int steps = 0;
  const auto counts = [&]() -> coro<void> {
    ++steps;
    co_await sleep(seconds(0));
    ++steps;
  };
  loop.set_task_factory([](event_loop&, task_base& made) {
    made.start_soon();
    made.start_soon();
    made.start_now();
  });
  const task<void> t = new_task(counts());
  EXPECT_EQ(all_tasks(loop).size(), 1u);
  run(t);
  task_base(t).start_soon();
  run_briefly();
  EXPECT_EQ(steps, 2);
  EXPECT_TRUE(all_tasks(loop).empty());
}

TEST_F(lifetimes, a_group_that_is_never_left_lets_its_tasks_go_on) {
  int ended = 0;
  const auto counts = [&]() -> coro<void> {
    co_await sleep(seconds(1));
    ++ended;
  };
  const auto body = [&]() -> coro<void> {
    {
      task_group group;
      co_await group.enter();
      group.create_task(counts());
      timeout limit(seconds(0.5));
      co_await limit.enter();
    }
    co_await sleep(seconds(2));
  };
  run(body());
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace coroguard
