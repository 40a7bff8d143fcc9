// Long because it follows one class of CPython: what tasks are, how they describe themselves and how they end.
#include <coroguard/task/as_completed.hpp>
#include <coroguard/task/gather.hpp>
#include <coroguard/task/shield.hpp>
#include <coroguard/task/wait.hpp>

#include "base_task_tests.hpp"

namespace coroguard {
namespace {

TEST_F(BaseTaskTests, test_task_cancel_message_getter) {
  const task<void> t = new_task(do_nothing());
  EXPECT_TRUE(t.cancel("my message"));
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "my message");
}

TEST_F(BaseTaskTests, test_task_cancel_message_setter) {
  const task<void> t = new_task(do_nothing());
  t.cancel("my message");
  t.cancel("my new message");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(t); })), "my new message");
}

// A value whose destructor does something with the loop, as far as a destructor can.
struct meddler {
  explicit meddler(event_loop* loop) : loop_(loop) {}
  meddler(meddler&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)) {}
  ~meddler() {
    if (loop_ != nullptr) loop_->call_soon([] {});
  }
  event_loop* loop_;
};

TEST_F(BaseTaskTests, test_task_del_collect) {
  const auto make = [](event_loop* made_for) -> coro<meddler> { co_return meddler(made_for); };
  std::vector<task<meddler>> tasks;
  for (int i = 0; i < 100; ++i) tasks.push_back(new_task(make(&loop)));
  EXPECT_EQ(run(gather(tasks)).size(), 100u);
}

TEST_F(BaseTaskTests, test_other_loop_future) {
  event_loop other(virtual_time());
  const future<int> foreign = other.create_future<int>();
  const std::string text = text_of<runtime_error>(thrown_in([&] { run(await_future(foreign)); }));
  EXPECT_TRUE(text.starts_with("Task <Task ")) << text;
  EXPECT_NE(text.find(" got Future <Future pending"), text.npos) << text;
  EXPECT_TRUE(text.ends_with(" attached to a different loop")) << text;
}

TEST_F(BaseTaskTests, test_task_awaits_on_itself) {
  task<void> self;
  const auto body = [&]() -> coro<void> { co_await self; };
  self = ensure_future(body(), loop);
  const std::string text = text_of<runtime_error>(thrown_in([&] { run(self); }));
  EXPECT_TRUE(text.starts_with("Task cannot await on itself: <Task ")) << text;
}

TEST_F(BaseTaskTests, test_task_class) {
  const task<std::string> t = new_task(return_value<std::string>("ok"));
  EXPECT_FALSE(t.done());
  run(t);
  EXPECT_TRUE(t.done());
  EXPECT_EQ(t.result(), "ok");
  EXPECT_EQ(&t.get_loop(), &loop);
}

TEST_F(BaseTaskTests, test_ensure_future_coroutine) {
  const task<std::string> t = ensure_future(return_value<std::string>("ok"), loop);
  EXPECT_EQ(&t.get_loop(), &loop);
  EXPECT_EQ(run(t), "ok");
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)ensure_future(do_nothing()); })), "no running event loop");
  const auto inside = []() -> coro<task<std::string>> { co_return ensure_future(return_value<std::string>("inside")); };
  const task<std::string> made = run(inside());
  EXPECT_EQ(&made.get_loop(), &loop);
  EXPECT_EQ(run(made), "inside");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(BaseTaskTests, test_ensure_future_coroutine__closes_what_is_refused) {
  loop.close();
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { (void)ensure_future(do_nothing(), loop); })), "Event loop is closed");
  EXPECT_FALSE(logged.contains("never awaited"));
}

TEST_F(BaseTaskTests, test_ensure_future_coroutine__from_a_variable_once) {
  coro<int> body = return_value(1);
  const task<int> t = ensure_future(body, loop);
  EXPECT_FALSE(body.valid());
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { (void)ensure_future(body, loop); })),
            "cannot reuse already awaited coroutine");
  EXPECT_EQ(run(t), 1);
}

TEST_F(BaseTaskTests, test_ensure_future_future) {
  const future<std::string> original = new_future<std::string>();
  original.set_result("ko");
  const future<std::string> same = ensure_future(original);
  EXPECT_EQ(same, original);
  EXPECT_EQ(run(same), "ko");
  event_loop other(virtual_time());
  EXPECT_THROW((void)ensure_future(original, other), std::invalid_argument);
  EXPECT_EQ(ensure_future(original, loop), original);
}

TEST_F(BaseTaskTests, test_ensure_future_task) {
  const task<std::string> original = new_task(return_value<std::string>("ok"));
  const task<std::string> same = ensure_future(original);
  EXPECT_EQ(same, original);
  EXPECT_EQ(run(same), "ok");
  event_loop other(virtual_time());
  EXPECT_THROW((void)ensure_future(original, other), std::invalid_argument);
  EXPECT_EQ(ensure_future(original, loop), original);
}

struct awaitable_object {
  coro<std::string> operator co_await() const { return return_value<std::string>("ok"); }
};

TEST_F(BaseTaskTests, test_ensure_future_awaitable) {
  const task<std::string> t = ensure_future(awaitable_object(), loop);
  EXPECT_EQ(run(t), "ok");
}

struct awaitable_sleep {
  coro<std::string> operator co_await() const { return sleep<std::string>(seconds(0), "ok"); }
};

TEST_F(BaseTaskTests, test_ensure_future_task_awaitable) {
  const auto inside = []() -> coro<task<std::string>> { co_return ensure_future(awaitable_sleep()); };
  const task<std::string> t = run(inside());
  EXPECT_EQ(run(t), "ok");
  EXPECT_TRUE(t.done());
}

TEST_F(BaseTaskTests, test_ensure_future_neither) {
  EXPECT_FALSE(gatherable<std::string>);
  EXPECT_FALSE(gatherable<int>);
  EXPECT_TRUE(gatherable<awaitable_object>);
}

TEST_F(BaseTaskTests, test_ensure_future_error_msg) {
  event_loop other(virtual_time());
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { (void)ensure_future(new_future(), other); })),
            "The future belongs to a different loop than the one specified as the loop argument");
}

struct stack_seen {
  task<void> self;
  std::vector<std::source_location> places;
  std::string text;
};
coro<void> stack_inner(stack_seen& seen) {
  co_await sleep(seconds(0));
  seen.places = seen.self.get_stack();
  seen.text = seen.self.describe_stack();
}
coro<void> stack_outer(stack_seen& seen) { co_await stack_inner(seen); }

TEST_F(BaseTaskTests, test_get_stack) {
  stack_seen seen;
  seen.self = new_task(stack_outer(seen));
  EXPECT_EQ(seen.self.get_stack().size(), 1u);
  run(seen.self);
  ASSERT_EQ(seen.places.size(), 2u);
  EXPECT_GT(seen.places[0].line(), seen.places[1].line());  // the outer function stands below
  EXPECT_TRUE(seen.text.starts_with("Stack for <Task pending name='TestTask'")) << seen.text;
  EXPECT_LT(seen.text.find(", in stack_outer"), seen.text.find(", in stack_inner")) << seen.text;
  EXPECT_NE(seen.text.find(", in stack_inner"), seen.text.npos) << seen.text;
  EXPECT_TRUE(seen.self.get_stack().empty());
  EXPECT_TRUE(seen.self.describe_stack().starts_with("No stack for <Task finished"));
}

coro<std::string> notmuch() { co_return "abc"; }

TEST_F(BaseTaskTests, test_task_repr) {
  task<std::string> t = new_task(notmuch());
  EXPECT_TRUE(t.describe().starts_with("<Task pending name='TestTask' coro=<notmuch() at ")) << t.describe();
  EXPECT_NE(t.describe().find("task_test.cpp:"), std::string::npos) << t.describe();
  t.cancel();
  EXPECT_TRUE(t.describe().starts_with("<Task cancelling name='TestTask' coro=<notmuch() at ")) << t.describe();
  EXPECT_THROW(run(t), cancelled_error);
  EXPECT_EQ(t.describe(), "<Task cancelled name='TestTask'>");
  t = new_task(notmuch());
  run(t);
  EXPECT_EQ(t.describe(), "<Task finished name='TestTask'>");
}

TEST_F(BaseTaskTests, test_task_repr_autogenerated) {
  const task<std::string> first = loop.create_task(notmuch());
  const task<std::string> second = loop.create_task(notmuch());
  ASSERT_TRUE(first.get_name().starts_with("Task-"));
  ASSERT_TRUE(second.get_name().starts_with("Task-"));
  EXPECT_LT(std::stoi(first.get_name().substr(5)), std::stoi(second.get_name().substr(5)));
  EXPECT_NE(first.describe(), second.describe());
  EXPECT_NE(first.describe().find("name='" + first.get_name() + "'"), std::string::npos);
  run(first);
  run(second);
}

TEST_F(BaseTaskTests, test_task_repr_wait_for) {
  const future<int> awaited = new_future<int>();
  const task<int> t = new_task(await_future(awaited));
  run_briefly();
  EXPECT_NE(t.describe().find("wait_for=" + awaited.describe() + ">"), std::string::npos) << t.describe();
  awaited.set_result(1);
  run(t);
}

TEST_F(BaseTaskTests, test_task_basics) {
  const auto outer = []() -> coro<int> {
    const int a = co_await return_value(42);
    const int b = co_await return_value(1000);
    co_return a + b;
  };
  EXPECT_EQ(run(outer()), 1042);
}

TEST_F(BaseTaskTests, test_stop_while_run_in_complete) {
  int x = 0;
  const auto body = [&]() -> coro<void> {
    while (x < 10) {
      co_await sleep(seconds(0.1));
      ++x;
      if (x == 2) loop.stop();
    }
  };
  const task<void> t = new_task(body());
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { run(t); })), "Event loop stopped before Future completed.");
  EXPECT_FALSE(t.done());
  EXPECT_EQ(x, 2);
  // The stop ends the turn in which it was called; CPython's test counts a further timer that its fake clock allows.
  EXPECT_NEAR(now(), 0.2, 1e-6);
  t.cancel();
  EXPECT_THROW(run(t), cancelled_error);
}

TEST_F(BaseTaskTests, test_task_set_methods) {
  const task<std::string> t = new_task(return_value<std::string>("ko"));
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { t.set_result("ok"); })), "Task does not support set_result operation");
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { t.set_exception(std::runtime_error("ok")); })),
            "Task does not support set_exception operation");
  EXPECT_EQ(run(t), "ko");
}

TEST_F(BaseTaskTests, test_step_result_future) {
  const future<int> awaited = new_future<int>();
  std::optional<int> result;
  const auto body = [&]() -> coro<void> { result = co_await awaited; };
  const task<void> t = new_task(body());
  run_briefly();
  EXPECT_NE(awaited.state().first_callback(), nullptr);
  awaited.set_result(5);
  run_briefly();
  EXPECT_EQ(result, 5);
  EXPECT_TRUE(t.done());
  EXPECT_NO_THROW(t.result());
}

TEST_F(BaseTaskTests, test_coroutine_non_gen_function) { EXPECT_EQ(run(return_value<std::string>("test")), "test"); }

TEST_F(BaseTaskTests, test_coroutine_non_gen_function_return_future) {
  const future<std::string> returned = new_future<std::string>();
  const auto sets = [&]() -> coro<void> {
    returned.set_result("test");
    co_return;
  };
  const task<future<std::string>> first = new_task(return_value(returned));
  const task<void> second = new_task(sets());
  EXPECT_EQ(run(first), returned);
  run(second);
  EXPECT_EQ(returned.result(), "test");
}

TEST_F(BaseTaskTests, test_current_task) {
  EXPECT_FALSE(current_task(loop).valid());
  task<void> t;
  const auto body = [&]() -> coro<void> {
    EXPECT_EQ(current_task(), t);
    EXPECT_EQ(current_task(loop), t);
    co_return;
  };
  t = new_task(body());
  run(t);
  EXPECT_FALSE(current_task(loop).valid());
}

TEST_F(BaseTaskTests, test_current_task_with_interleaving_tasks) {
  const future<bool> first = new_future<bool>();
  const future<bool> second = new_future<bool>();
  task<void> task1;
  task<void> task2;
  const auto body1 = [&]() -> coro<void> {
    EXPECT_EQ(current_task(), task1);
    co_await first;
    EXPECT_EQ(current_task(), task1);
    second.set_result(true);
  };
  const auto body2 = [&]() -> coro<void> {
    EXPECT_EQ(current_task(), task2);
    first.set_result(true);
    co_await second;
    EXPECT_EQ(current_task(), task2);
  };
  task1 = new_task(body1());
  task2 = new_task(body2());
  run(wait(std::vector{task1, task2}));
  EXPECT_TRUE(task1.done() && task2.done());
  EXPECT_FALSE(current_task(loop).valid());
}

TEST_F(BaseTaskTests, test_log_destroyed_pending_task) {
  std::vector<exception_context> reports;
  loop.set_exception_handler([&](event_loop&, const exception_context& report) { reports.push_back(report); });
  const auto kill_me = [](event_loop& made_on) -> coro<void> {
    co_await made_on.create_future<void>();
    ADD_FAILURE() << "code never reached";
  };
  const task<void> t = ensure_future(kill_me(loop), loop);
  ASSERT_EQ(all_tasks(loop).size(), 1u);
  EXPECT_EQ(all_tasks(loop)[0], t);
  run_once();
  loop.close();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].message, "Task was destroyed but it is pending!");
  EXPECT_NE(reports[0].source.find(t.get_name()), std::string::npos);
  EXPECT_TRUE(all_tasks(loop).empty());
}

coro<void> fail_with_type_error() {
  throw std::invalid_argument("type");
  co_return;
}

TEST_F(BaseTaskTests, test_tb_logger_not_called_after_cancel) {
  const auto runner = [&]() -> coro<void> {
    task<void> failing = new_task(fail_with_type_error());
    co_await sleep(seconds(0.05));
    failing.cancel();
  };
  run(runner());
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseTaskTests, test_tb_logger_not_called_after_cancel__called_otherwise) {
  static_cast<void>(new_task(fail_with_type_error()));
  run_briefly();
  EXPECT_TRUE(logged.contains("Task exception was never retrieved"));
  EXPECT_TRUE(logged.contains("std::invalid_argument: type"));
}

TEST_F(BaseTaskTests, test_task_source_traceback) {
  std::vector<exception_context> reports;
  loop.set_exception_handler([&](event_loop&, const exception_context& report) { reports.push_back(report); });
  const int line = __LINE__ + 1;
  static_cast<void>(loop.create_task(fail_with_type_error()));
  run_briefly();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].source.find("task_test.cpp:" + std::to_string(line)), std::string::npos) << reports[0].source;
}

TEST_F(BaseTaskTests, test_create_task_with_async_function) {
  const task<void> t = new_task(do_nothing());
  run(t);
  EXPECT_TRUE(t.done());
}

TEST_F(BaseTaskTests, test_bare_create_task) {
  const auto body = []() -> coro<int> {
    const task<int> t = create_task(return_value(1));
    co_return co_await t;
  };
  EXPECT_EQ(run(body()), 1);
}

TEST_F(BaseTaskTests, test_bare_create_named_task) {
  const auto body = []() -> coro<std::string> {
    const task<void> t = create_task(do_nothing(), {.name = "No-op"});
    co_await t;
    co_return t.get_name();
  };
  EXPECT_EQ(run(body()), "No-op");
}

// A handle on the base class does not get around the refusal.
class SetMethodsTest : public BaseTaskTests {};

TEST_F(SetMethodsTest, test_set_result_causes_invalid_state) {
  const task<int> t = new_task(sleep(seconds(0.1), 10));
  const future<int> as_future = t;
  EXPECT_THROW(as_future.set_result(1), runtime_error);
  EXPECT_EQ(run(t), 10);
}

TEST_F(SetMethodsTest, test_set_exception_causes_invalid_state) {
  const task<int> t = new_task(sleep(seconds(0.1), 10));
  const future_base as_future = t;
  EXPECT_THROW(as_future.set_exception(std::runtime_error("x")), runtime_error);
  EXPECT_EQ(run(t), 10);
}

class BaseCurrentLoopTests : public BaseTaskTests {};

TEST_F(BaseCurrentLoopTests, test_current_task_no_running_loop) { EXPECT_FALSE(current_task(loop).valid()); }

TEST_F(BaseCurrentLoopTests, test_current_task_no_running_loop_implicit) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { current_task(); })), "no running event loop");
}

TEST_F(BaseCurrentLoopTests, test_current_task_with_implicit_loop) {
  task_base seen;
  const auto body = [&]() -> coro<void> {
    seen = current_task();
    co_return;
  };
  const task<void> t = loop.create_task(body());
  run(t);
  EXPECT_EQ(seen, t);
  EXPECT_FALSE(current_task(loop).valid());
}

class GenericTaskTests : public BaseTaskTests {};

TEST_F(GenericTaskTests, test_future_subclass) { EXPECT_TRUE((std::is_convertible_v<task<int>, future<int>>)); }

}  // namespace
}  // namespace coroguard
