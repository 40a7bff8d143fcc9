#include <coroguard/task/ensure_future.hpp>
#include <coroguard/task/gather.hpp>

#include <memory>

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

struct no_coroutine {};
template <class A>
concept can_be_task = requires(event_loop& loop, A&& body) { loop.create_task(std::move(body)); };

TEST_F(BaseTaskTests, test_create_task_with_noncoroutine) {
  EXPECT_TRUE(can_be_task<coro<int>>);
  EXPECT_FALSE(can_be_task<int>);
  EXPECT_FALSE(can_be_task<future<int>>);
  EXPECT_FALSE(can_be_task<coro<int> (*)()>);  // it was forgotten to call the function
}

struct coroutine_like {
  coro<int> operator co_await() const { return return_value(42); }
};

TEST_F(BaseTaskTests, test_create_task_with_asynclike_function) {
  EXPECT_FALSE(can_be_task<coroutine_like>);
  for (int time = 0; time < 2; ++time) {
    const task<int> t = ensure_future(coroutine_like(), loop);
    EXPECT_EQ(run(t), 42);
  }
}

TEST_F(BaseTaskTests, test_iscoroutinefunction) {
  const auto function = [] { return 1; };
  const auto coroutine_function = []() -> coro<int> { co_return 1; };
  EXPECT_FALSE(is_coroutine<decltype(function())>);
  EXPECT_TRUE(is_coroutine<decltype(coroutine_function())>);
  EXPECT_TRUE(loop_callback<decltype(function)>);
  EXPECT_FALSE(loop_callback<decltype(coroutine_function)>);
}

TEST_F(BaseTaskTests, test_error_in_call_soon) {
  loop.set_task_factory([](event_loop&, task_base&) { throw std::invalid_argument("from the factory"); });
  const auto held = std::make_shared<int>(1);
  const auto body = [](std::shared_ptr<int>) -> coro<void> { co_return; };
  EXPECT_EQ(text_of<std::invalid_argument>(thrown_in([&] { (void)loop.create_task(body(held)); })), "from the factory");
  EXPECT_TRUE(logged.contains("Task was destroyed but it is pending!"));
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(all_tasks(loop).empty());
}

// A factory that forgets to begin the task.
TEST_F(BaseTaskTests, test_error_in_call_soon__without_an_error) {
  loop.set_task_factory([](event_loop&, task_base&) {});
  static_cast<void>(loop.create_task(do_nothing(), {.name = "forgotten"}));
  ASSERT_EQ(logged.lines.size(), 1u);
  EXPECT_TRUE(logged.lines[0].starts_with("Task was destroyed but it is pending!")) << logged.lines[0];
  EXPECT_NE(logged.lines[0].find("name='forgotten'"), std::string::npos) << logged.lines[0];
}

class CTask_CFuture_Tests : public BaseTaskTests {};

TEST_F(CTask_CFuture_Tests, test_refleaks_in_task___init__) {
  const auto held = std::make_shared<int>(1);
  const auto body = [](std::shared_ptr<int> argument) -> coro<std::shared_ptr<int>> { co_return argument; };
  for (int i = 0; i < 100; ++i) EXPECT_EQ(run(new_task(body(held))), held);
  EXPECT_EQ(held.use_count(), 1);
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

class GenericTaskTests : public BaseTaskTests {};

TEST_F(GenericTaskTests, test_future_subclass) { EXPECT_TRUE((std::is_convertible_v<task<int>, future<int>>)); }

}  // namespace
}  // namespace coroguard
