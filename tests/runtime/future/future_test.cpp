#include <coroguard/exec/wrap_future.hpp>
#include <coroguard/future/future.hpp>
#include <coroguard/observe/report.hpp>
#include <coroguard/task/ensure_future.hpp>
#include <coroguard/task/shield.hpp>

#include <memory>

#include "../task/base_task_tests.hpp"
#include "needs_debug_mode.hpp"

namespace coroguard {
namespace {

class BaseFutureTests : public BaseTaskTests {};

// What is as good as a future: a handle of one's own on one.
class duck_future : public future<int> {
public:
  explicit duck_future(event_loop& loop) : future<int>(loop.create_future<int>()) {}
};

TEST_F(BaseFutureTests, test_isfuture) {
  EXPECT_TRUE(future_like<future<int>>);
  EXPECT_TRUE(future_like<const task<int>&>);
  EXPECT_TRUE(future_like<duck_future>);
  EXPECT_FALSE(future_like<int>);
  EXPECT_FALSE(future_like<coro<int>>);
}

TEST_F(BaseFutureTests, test_initial_state) {
  const future<int> f = new_future<int>();
  EXPECT_FALSE(f.cancelled());
  EXPECT_FALSE(f.done());
  f.cancel();
  EXPECT_TRUE(f.cancelled());
}

TEST_F(BaseFutureTests, test_constructor_use_running_loop) {
  const auto body = []() -> coro<future<int>> { co_return get_running_loop().create_future<int>(); };
  const future<int> f = run(body());
  EXPECT_EQ(&f.get_loop(), &loop);
}

TEST_F(BaseFutureTests, test_constructor_without_loop) {
  EXPECT_EQ(text_of<runtime_error>(thrown_in([] { (void)get_running_loop().create_future<int>(); })), "no running event loop");
}

TEST_F(BaseFutureTests, test_uninitialized) {
  const future<int> f;
  EXPECT_FALSE(f.valid());
  EXPECT_FALSE(f);
  EXPECT_TRUE(new_future<int>().valid());
}

TEST_F(BaseFutureTests, test_future_cancel_message_getter) {
  const future<int> f = new_future<int>();
  f.cancel("my message");
  EXPECT_EQ(cancel_message(thrown_in([&] { run(f); })), "my message");
  const future<int> without = new_future<int>();
  without.cancel();
  EXPECT_EQ(cancel_message(thrown_in([&] { run(without); })), "nothing");
}

TEST_F(BaseFutureTests, test_cancel) {
  const future<int> f = new_future<int>();
  EXPECT_TRUE(f.cancel());
  EXPECT_TRUE(f.cancelled());
  EXPECT_TRUE(f.done());
  EXPECT_THROW(f.result(), cancelled_error);
  EXPECT_THROW(f.exception(), cancelled_error);
  EXPECT_THROW(f.set_result(1), invalid_state_error);
  EXPECT_THROW(f.set_exception(std::domain_error("x")), invalid_state_error);
  EXPECT_FALSE(f.cancel());
}

TEST_F(BaseFutureTests, test_result) {
  const future<int> f = new_future<int>();
  EXPECT_EQ(text_of<invalid_state_error>(thrown_in([&] { f.result(); })), "Result is not ready.");
  f.set_result(42);
  EXPECT_FALSE(f.cancelled());
  EXPECT_TRUE(f.done());
  EXPECT_EQ(f.result(), 42);
  EXPECT_EQ(f.result(), 42);
  EXPECT_EQ(f.exception(), nullptr);
  EXPECT_TRUE(text_of<invalid_state_error>(thrown_in([&] { f.set_result(1); })).starts_with("invalid state: <Future finished"));
  EXPECT_THROW(f.set_exception(std::domain_error("x")), invalid_state_error);
  EXPECT_FALSE(f.cancel());
}

TEST_F(BaseFutureTests, test_exception) {
  const future<int> f = new_future<int>();
  EXPECT_EQ(text_of<invalid_state_error>(thrown_in([&] { f.exception(); })), "Exception is not set.");
  const auto error = std::make_exception_ptr(std::domain_error("x"));
  f.set_exception(error);
  EXPECT_FALSE(f.cancelled());
  EXPECT_TRUE(f.done());
  EXPECT_THROW(f.result(), std::domain_error);
  EXPECT_EQ(f.exception(), error);
  EXPECT_THROW(f.set_result(1), invalid_state_error);
  EXPECT_THROW(f.set_exception(std::domain_error("y")), invalid_state_error);
  EXPECT_FALSE(f.cancel());
}

TEST_F(BaseFutureTests, test_exception_class) {
  const future<int> f = new_future<int>();
  EXPECT_THROW(f.set_exception(std::exception_ptr()), std::invalid_argument);
  EXPECT_FALSE(f.done());
  f.set_exception(std::domain_error("made from a value"));
  EXPECT_EQ(text_of<std::domain_error>(f.exception()), "made from a value");
}

TEST_F(BaseFutureTests, test_yield_from_twice) {
  const future<int> f = new_future<int>();
  std::vector<int> seen;
  const auto body = [&]() -> coro<void> {
    seen.push_back(co_await f);
    seen.push_back(co_await f);  // does not suspend
  };
  const task<void> t = new_task(body());
  run_briefly();
  EXPECT_TRUE(seen.empty());
  f.set_result(42);
  run_once();
  EXPECT_EQ(seen, (std::vector<int>{42, 42}));
  EXPECT_TRUE(t.done());
}

TEST_F(BaseFutureTests, test_future_repr) {
  const int line = __LINE__ + 1;
  const future<int> pending = loop.create_future<int>();
  const std::string place = "future_test.cpp:" + std::to_string(line) + ">";
  EXPECT_TRUE(pending.describe().starts_with("<Future pending created at ")) << pending.describe();
  EXPECT_TRUE(pending.describe().ends_with(place)) << pending.describe();
  pending.cancel();
  EXPECT_TRUE(pending.describe().starts_with("<Future cancelled created at "));
  const future<int> finished = new_future<int>();
  finished.set_result(4);
  EXPECT_TRUE(finished.describe().starts_with("<Future finished created at "));
  const future<int> failed = new_future<int>();
  failed.set_exception(std::domain_error("why"));
  EXPECT_TRUE(failed.describe().starts_with("<Future finished exception=std::domain_error: why created at "));
  failed.mark_retrieved();
}

// A shield copies the state of what it shields.
TEST_F(BaseFutureTests, test_copy_state) {
  const future<int> f = new_future<int>();
  const future<int> copy = shield(f);
  f.set_result(10);
  run_briefly();
  EXPECT_EQ(copy.result(), 10);
  const future<int> failed = new_future<int>();
  const future<int> failed_copy = shield(failed);
  const auto error = std::make_exception_ptr(std::domain_error("x"));
  failed.set_exception(error);
  run_briefly();
  EXPECT_EQ(failed_copy.exception(), error);
  const future<int> cancelled = new_future<int>();
  const future<int> cancelled_copy = shield(cancelled);
  cancelled.cancel();
  run_briefly();
  EXPECT_TRUE(cancelled_copy.cancelled());
}

template <class A>
concept foreign_coroutines_can_await =
    requires(A& awaited) { awaited.operator co_await(); } || requires(A& awaited) { awaited.await_ready(); };

// A coroutine that is no part of a task cannot await a future: nothing would resume it.
TEST_F(BaseFutureTests, test_iter) {
  EXPECT_TRUE(awaitable<future<int>>);
  EXPECT_FALSE(foreign_coroutines_can_await<future<int>>);
  EXPECT_TRUE(foreign_coroutines_can_await<yield_once>);
}

TEST_F(BaseFutureTests, test_log_traceback) {
  {
    const future<int> f = new_future<int>();
    f.set_exception(std::domain_error("boom"));
    f.mark_retrieved();
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_tb_logger_abandoned) {
  static_cast<void>(new_future<int>());
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_tb_logger_not_called_after_cancel) {
  {
    const future<int> f = new_future<int>();
    f.set_exception(std::domain_error("boom"));
    EXPECT_FALSE(f.cancel());
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_tb_logger_result_unretrieved) {
  new_future<int>().set_result(42);
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_tb_logger_result_retrieved) {
  {
    const future<int> f = new_future<int>();
    f.set_result(42);
    EXPECT_EQ(f.result(), 42);
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_tb_logger_exception_unretrieved) {
  new_future<int>().set_exception(std::domain_error("boom"));
  ASSERT_EQ(logged.lines.size(), 1u);
  EXPECT_EQ(logged.levels[0], log_level::error);
}

TEST_F(BaseFutureTests, test_tb_logger_exception_retrieved) {
  {
    const future<int> f = new_future<int>();
    f.set_exception(std::domain_error("boom"));
    EXPECT_NE(f.exception(), nullptr);
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_tb_logger_exception_result_retrieved) {
  {
    const future<int> f = new_future<int>();
    f.set_exception(std::domain_error("boom"));
    EXPECT_THROW(f.result(), std::domain_error);
  }
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(BaseFutureTests, test_future_source_traceback) {
  std::vector<exception_context> reports;
  loop.set_exception_handler([&](event_loop&, const exception_context& report) { reports.push_back(report); });
  const int line = __LINE__ + 1;
  loop.create_future<int>().set_exception(std::domain_error("boom"));
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_TRUE(reports[0].source.ends_with("future_test.cpp:" + std::to_string(line) + ">")) << reports[0].source;
}

void check_never_retrieved(event_loop& loop, const captured_log& logged, bool debug) {
  loop.set_debug(debug);
  loop.create_future<int>().set_exception(std::bad_alloc());
  flush_reports();
  ASSERT_EQ(logged.lines.size(), 1u);
  EXPECT_TRUE(logged.lines[0].starts_with("Future exception was never retrieved [unretrieved-exception]\n")) << logged.lines[0];
  EXPECT_NE(logged.lines[0].find("exception: std::bad_alloc"), std::string::npos) << logged.lines[0];
}

TEST_F(BaseFutureTests, test_future_exception_never_retrieved) { check_never_retrieved(loop, logged, false); }

TEST_F(BaseFutureTests, test_future_exception_never_retrieved_debug) {
  NEEDS_DEBUG_MODE();
  check_never_retrieved(loop, logged, true);
}

TEST_F(BaseFutureTests, test_set_result_unless_cancelled) {
  const future<void> f = new_future();
  f.cancel();
  EXPECT_NO_THROW(set_result_unless_done{f}());
  EXPECT_TRUE(f.cancelled());
  const future<void> pending = new_future();
  set_result_unless_done{pending}();
  EXPECT_TRUE(pending.done());
}

TEST_F(BaseFutureTests, test_future_del_collect) {
  struct meddler {
    event_loop* loop;
    explicit meddler(event_loop& made_for) : loop(&made_for) {}
    meddler(meddler&& other) noexcept : loop(std::exchange(other.loop, nullptr)) {}
    ~meddler() {
      if (loop != nullptr) loop->call_soon([] {});
    }
  };
  for (int i = 0; i < 100; ++i) new_future<meddler>().set_result(meddler(loop));
  run_briefly();
}

class DuckTests : public BaseTaskTests {};

TEST_F(DuckTests, test_ensure_future) {
  const duck_future f(loop);
  const auto g = ensure_future(f);
  EXPECT_TRUE((std::is_same_v<decltype(g), const duck_future>));
  EXPECT_EQ(g, f);
}

TEST_F(DuckTests, test_wrap_future) {
  const duck_future f(loop);
  const auto g = wrap_future(f);
  EXPECT_TRUE((std::is_same_v<decltype(g), const duck_future>));
  EXPECT_EQ(g, f);
}

// CPython's class of test_futures2.
class FutureTests : public BaseTaskTests {};

TEST_F(FutureTests, test_future_traceback) {
  const auto fails = []() -> coro<int> {
    throw std::invalid_argument("42");
    co_return 0;
  };
  const auto body = [&]() -> coro<void> {
    const task<int> failed = new_task(fails());
    const std::exception_ptr first = co_await thrown_by(failed);
    EXPECT_EQ(text_of<std::invalid_argument>(first), "42");
    for (int time = 0; time < 5; ++time) {
      const std::exception_ptr again = co_await thrown_by(failed);
      EXPECT_EQ(again, first);  // with nothing added to it
    }
  };
  run(body());
}

// ---- what CPython does not test -----------------------------------------------------------------------------------------

class future_tests : public BaseTaskTests {};

TEST_F(future_tests, gives_every_awaiter_the_same_result_or_error) {
  const future<std::string> good = new_future<std::string>();
  const future<std::string> bad = new_future<std::string>();
  std::vector<task<std::string>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(new_task(await_future(good)));
  for (int i = 0; i < 3; ++i) waiting.push_back(new_task(await_future(bad)));
  run_briefly();
  good.set_result("same");
  const auto error = std::make_exception_ptr(std::domain_error("bad"));
  bad.set_exception(error);
  run_briefly();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(waiting[i].result(), "same");
    EXPECT_EQ(waiting[i + 3].exception(), error);
  }
}

TEST_F(future_tests, gives_what_can_only_be_moved_once) {
  const future<std::unique_ptr<int>> one = new_future<std::unique_ptr<int>>();
  one.set_result(std::make_unique<int>(1));
  EXPECT_EQ(*one.result(), 1);
  EXPECT_THROW(one.result(), invalid_state_error);
  const future<std::vector<std::unique_ptr<int>>> several = new_future<std::vector<std::unique_ptr<int>>>();
  several.set_result(std::vector<std::unique_ptr<int>>(3));
  EXPECT_EQ(several.result().size(), 3u);
  EXPECT_THROW(several.result(), invalid_state_error);
}

TEST_F(future_tests, gives_its_result_away_only_to_the_last_owner) {
  const auto held = [&]() -> coro<std::size_t> {
    const future<std::string> f = new_future<std::string>();
    f.set_result(std::string(100, 'x'));
    const std::string first = co_await f;
    const std::string second = co_await f;
    co_return first.size() + second.size();
  };
  EXPECT_EQ(run(held()), 200u);
  const auto not_held = [&]() -> coro<std::size_t> {
    const std::string only = co_await new_task(return_value(std::string(100, 'x')));
    co_return only.size();
  };
  EXPECT_EQ(run(not_held()), 100u);
}

TEST_F(future_tests, may_outlive_its_loop) {
  future<int> failed;
  {
    event_loop short_lived(virtual_time());
    failed = short_lived.create_future<int>();
    failed.set_exception(std::domain_error("nobody left to tell"));
  }
  failed = future<int>();
  EXPECT_TRUE(logged.lines.empty());
}

}  // namespace
}  // namespace coroguard
