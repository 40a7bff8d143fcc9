// How requests to cancel are counted, and taken back.
#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_cancelling) {
  const task<int> t = new_task(twelve_after(seconds(10)));
  EXPECT_EQ(t.cancelling(), 0);
  EXPECT_EQ(t.describe().find(" cancelling "), std::string::npos);
  EXPECT_TRUE(t.cancel());
  EXPECT_EQ(t.cancelling(), 1);
  EXPECT_NE(t.describe().find("Task cancelling "), std::string::npos);
  EXPECT_TRUE(t.cancel());
  EXPECT_EQ(t.cancelling(), 2);
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_EQ(now(), 0);
}

coro<void> uncancel_once() {
  try {
    co_await sleep(seconds(10));
  } catch (const cancelled_error&) {
    current_task().uncancel();
  }
  co_await sleep(seconds(10));
}

TEST_F(BaseTaskTests, test_uncancel_basic) {
  const task<void> t = new_task(uncancel_once());
  run(sleep(seconds(0.01)));
  EXPECT_TRUE(t.cancel());
  EXPECT_TRUE(must_cancel(t));
  EXPECT_EQ(t.cancelling(), 1);
  EXPECT_FALSE(t.cancelled());
  run(sleep(seconds(0.01)));
  EXPECT_FALSE(must_cancel(t));
  EXPECT_EQ(t.cancelling(), 0);
  EXPECT_FALSE(t.cancelled());
  EXPECT_TRUE(t.cancel());
  EXPECT_EQ(t.cancelling(), 1);
  EXPECT_FALSE(t.cancelled());
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_TRUE(t.cancelled());
  t.uncancel();
  EXPECT_TRUE(t.cancelled());
  EXPECT_TRUE(t.done());
}

struct request_end {
  bool timed_out = false;
  bool finished = false;
  bool outer_reached = false;
};

// The protocol by which a scope cancels its own task and takes that back.
coro<request_end> request_with_timeout(double duration, double limit) {
  request_end end;
  const task_base self = current_task();
  timer_handle timer = self.get_loop().call_later(seconds(limit), [&] {
    end.timed_out = true;
    self.cancel();
  });
  try {
    co_await sleep(seconds(duration));
    end.finished = true;
  } catch (const cancelled_error&) {
    if (!end.timed_out || self.uncancel() != 0) throw;
  }
  timer.cancel();
  end.outer_reached = true;
  co_await sleep(seconds(0));
  co_return end;
}

TEST_F(BaseTaskTests, test_uncancel_structured_blocks) {
  const task<request_end> late = new_task(request_with_timeout(10, 0.1));
  request_end end = run(late);
  EXPECT_TRUE(end.timed_out);
  EXPECT_FALSE(end.finished);
  EXPECT_TRUE(end.outer_reached);
  EXPECT_EQ(late.cancelling(), 0);
  const task<request_end> quick = new_task(request_with_timeout(0, 10));
  end = run(quick);
  EXPECT_FALSE(end.timed_out);
  EXPECT_TRUE(end.finished);
  EXPECT_TRUE(end.outer_reached);
  EXPECT_EQ(quick.cancelling(), 0);
}

TEST_F(BaseTaskTests, test_uncancel_resets_must_cancel) {
  const future<int> awaited = new_future<int>();
  const task<int> t = new_task(await_future(awaited));
  run(sleep(seconds(0)));
  awaited.set_result(42);
  EXPECT_TRUE(t.cancel());
  EXPECT_EQ(t.cancelling(), 1);
  EXPECT_EQ(t.uncancel(), 0);
  EXPECT_EQ(t.cancelling(), 0);
  EXPECT_EQ(run(t), 42);
}

}  // namespace
}  // namespace coroguard
