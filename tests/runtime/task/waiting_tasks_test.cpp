// Tasks that wait for tasks: in a circle, and in long chains.
#include <coroguard/task/gather.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

coro<void> await_task(task<void>& awaited) { co_await awaited; }

class waiting_tasks : public BaseTaskTests {
protected:
  task<void> first;
  task<void> second;
  task<void> third;

  // Each waits for the next one, the last one for the first.
  void make_circle() {
    first = loop.create_task(await_task(second), {.name = "first"});
    second = loop.create_task(await_task(third), {.name = "second"});
    third = loop.create_task(await_task(first), {.name = "third"});
    run_briefly();
  }
  // `count` tasks that wait for each other, and the last one for `end`; the outermost.
  task<void> make_chain(int count, const future<void>& end) {
    static const auto body = [](future<void> next) -> coro<void> { co_await next; };
    task<void> outermost = new_task(body(end));
    while (--count > 0) outermost = new_task(body(outermost));
    return outermost;
  }
};

TEST_F(waiting_tasks, in_a_circle_can_be_described) {
  make_circle();
  const std::string text = first.describe();
  EXPECT_LT(text.find("name='first'"), text.find("name='second'")) << text;
  EXPECT_LT(text.find("name='second'"), text.find("name='third'")) << text;
  EXPECT_TRUE(text.ends_with(" wait_for=...>>>")) << text;
}

TEST_F(waiting_tasks, in_a_circle_can_be_cancelled) {
  make_circle();
  EXPECT_TRUE(second.cancel("enough"));
  EXPECT_EQ(cancel_message(thrown_in([&] { run(second); })), "enough");
  run_briefly();
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(third.cancelled());
  for (const task<void>& one : {first, second, third}) EXPECT_EQ(one.cancelling(), 1);
}

TEST_F(waiting_tasks, in_a_circle_can_be_cancelled_all_at_once) {
  make_circle();
  for (const task_base& one : all_tasks(loop)) one.cancel();
  for (const task<void>& one : {first, second, third}) EXPECT_THROW(run(one), cancelled_error);
}

TEST_F(waiting_tasks, in_a_circle_through_gather_can_be_cancelled) {
  const auto gathers = [&]() -> coro<void> { co_await gather(second, third); };
  first = new_task(gathers());
  second = new_task(await_task(first));
  third = new_task(sleep(seconds(1)));
  run_briefly();
  EXPECT_TRUE(first.cancel());
  EXPECT_THROW(run(first), cancelled_error);
  EXPECT_TRUE(second.cancelled());
  EXPECT_TRUE(third.cancelled());
}

TEST_F(waiting_tasks, that_gather_themselves_can_be_cancelled) {
  const auto gathers = [&](task<void>& gathered) -> coro<void> { co_await gather(gathered); };
  first = new_task(gathers(first));
  run_briefly();
  EXPECT_TRUE(first.cancel("enough"));
  EXPECT_EQ(cancel_message(thrown_in([&] { run(first); })), "enough");
}

TEST_F(waiting_tasks, that_gather_each_other_can_be_cancelled) {
  const auto gathers = [&](task<void>& gathered) -> coro<void> { co_await gather(gathered); };
  first = new_task(gathers(second));
  second = new_task(gathers(third));
  third = new_task(await_task(first));
  run_briefly();
  EXPECT_TRUE(second.cancel("enough"));
  for (const task<void>& one : {first, second, third}) EXPECT_EQ(cancel_message(thrown_in([&] { run(one); })), "enough");
}

TEST_F(waiting_tasks, that_close_a_circle_while_they_are_cancelled_end) {
  const auto cancels_and_waits = [&]() -> coro<void> {
    co_await sleep(seconds(0));
    first.cancel("closing");
    co_await second;
  };
  first = new_task(cancels_and_waits());
  second = new_task(await_task(first));
  EXPECT_EQ(cancel_message(thrown_in([&] { run(first); })), "closing");
  EXPECT_THROW(run(second), cancelled_error);
}

TEST_F(waiting_tasks, in_a_long_chain_are_described_up_to_a_point) {
  const future<void> end = new_future();
  const task<void> short_chain = make_chain(8, end);
  const task<void> long_chain = make_chain(9, end);
  run_briefly();
  EXPECT_NE(short_chain.describe().find("wait_for=<Future pending"), std::string::npos) << short_chain.describe();
  EXPECT_TRUE(long_chain.describe().ends_with(" wait_for=...>>>>>>>>")) << long_chain.describe();
}

TEST_F(waiting_tasks, in_a_chain_of_any_length_can_be_cancelled) {
  const future<void> end = new_future();
  const task<void> outermost = make_chain(100'000, end);
  run_briefly();
  EXPECT_TRUE(outermost.cancel("the end"));
  EXPECT_TRUE(end.cancelled());
  EXPECT_EQ(cancel_message(thrown_in([&] { run(outermost); })), "the end");
}

}  // namespace
}  // namespace coroguard
