// set_reports_throw: what leaves which loop, and when.
#include <coroguard/observe/run_time_rules.hpp>
#include <coroguard/observe/thrown_reports.hpp>
#include <coroguard/runtime.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "debug/captured_reports.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using std::chrono::milliseconds;

class thrown_reports : public virtual_loop {
protected:
  thrown_reports() { loop.set_debug(true); }
  ~thrown_reports() override {
    try {
      throw_kept_reports(&loop);  // forgets them
    } catch (const report_error&) {
    }
    set_reports_throw(before_);
  }

  // The rule that a run ended with; empty: it ended well.
  template <class F>
  static std::string rule_thrown_by(F run) {
    try {
      run();
    } catch (const report_error& error) {
      return error.rule();
    }
    return "";
  }

  captured_reports reports;

private:
  const bool before_ = set_reports_throw(true);
};

coro<void> nothing() { co_return; }
void forget() { const coro<void> forgotten = nothing(); }

TEST_F(thrown_reports, leave_the_loop_at_the_end_of_the_callback) {
  keeps_order();
  bool callback_ended = false;
  bool next_called = false;
  loop.call_soon([&] {
    forget();
    callback_ended = true;
  });
  loop.call_soon([&] { next_called = true; });
  try {
    loop.run_forever();
    FAIL() << "nothing was thrown";
  } catch (const report_error& error) {
    EXPECT_EQ(error.rule(), "unawaited-coroutine");
    EXPECT_NE(std::string(error.what()).find("coroutine 'nothing' was never awaited"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(callback_ended);
  EXPECT_FALSE(next_called);
  EXPECT_EQ(reports.take().size(), 1u);  // it went where it goes otherwise, too
  run_once();                            // the loop goes on with what was left
  EXPECT_TRUE(next_called);
}

coro<void> forgets_and_catches(bool& caught) {
  try {
    forget();
    co_await sleep(seconds(1));
  } catch (const std::exception&) {
    caught = true;
  }
}

TEST_F(thrown_reports, are_not_for_the_program_to_catch) {
  bool caught = false;
  EXPECT_EQ(rule_thrown_by([&] { loop.run_until_complete(forgets_and_catches(caught)); }), "unawaited-coroutine");
  EXPECT_FALSE(caught);
}

TEST_F(thrown_reports, do_not_come_when_that_is_off) {
  set_reports_throw(false);
  loop.call_soon(forget);
  run_once();
  set_reports_throw(true);
  run_once();
  EXPECT_EQ(reports.take().size(), 1u);
}

TEST_F(thrown_reports, come_at_the_end_of_the_run_without_debug_mode) {
  loop.set_debug(false);
  bool next_called = false;
  loop.call_soon(forget);
  loop.call_soon([&] { next_called = true; });
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "unawaited-coroutine");
  EXPECT_TRUE(next_called);
}

TEST_F(thrown_reports, of_an_error_nobody_handles) {
  loop.call_soon([] { throw std::logic_error("lost"); });
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "unhandled-exception");
}

TEST_F(thrown_reports, of_several_name_the_first_and_count_the_others) {
  loop.call_soon([] {
    forget();
    forget();
    throw std::logic_error("lost");
  });
  try {
    run_once();
    FAIL() << "nothing was thrown";
  } catch (const report_error& error) {
    EXPECT_EQ(error.rule(), "unawaited-coroutine");
    EXPECT_TRUE(std::string(error.what()).ends_with("\n(reports besides this one: 2)")) << error.what();
  }
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "");
}

TEST_F(thrown_reports, of_no_loop_wait_for_one) {
  forget();
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "unawaited-coroutine");
  std::thread(forget).join();
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "unawaited-coroutine");
}

TEST_F(thrown_reports, of_another_loop_stay_with_it) {
  {
    event_loop other{virtual_time()};
    emit({.rule = "slow-turn", .message = "of the other", .loop = &other});
    EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "");
    other.stop();
    EXPECT_EQ(rule_thrown_by([&] { other.run_forever(); }), "slow-turn");
    emit({.rule = "slow-turn", .message = "of the other", .loop = &other});
  }
  // It was destroyed before it could throw.
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "slow-turn");
}

TEST_F(thrown_reports, of_a_thread_leave_the_loop_of_that_thread) {
  std::string rule;
  std::thread([&] {
    rule = rule_thrown_by([] {
      coroguard::run([]() -> coro<void> {
        forget();
        co_return;
      }());
    });
  }).join();
  EXPECT_EQ(rule, "unawaited-coroutine");
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "");
}

TEST_F(thrown_reports, of_the_watchdog_are_there_when_the_run_ends) {
  const auto stalls = []() -> coro<void> {
    std::this_thread::sleep_for(milliseconds(400));
    co_return;
  };
  EXPECT_EQ(rule_thrown_by([&] { coroguard::run(stalls(), {.debug = true}); }), "slow-callback");
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "");
}

TEST_F(thrown_reports, never_leave_a_destructor) {
  {
    event_loop doomed{virtual_time()};
    doomed.set_debug(true);
    const task<void> pending = doomed.create_task([]() -> coro<void> { co_await get_running_loop().create_future<void>(); }());
    doomed.stop();
    doomed.run_forever();
  }
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "destroyed-while-pending");
}

// A task that is left to itself, and reports while the run is closed.
coro<void> forgets_when_cancelled() {
  struct forgets {
    ~forgets() { forget(); }
  } const at_the_end;
  co_await sleep(seconds(3600));
}

TEST_F(thrown_reports, while_run_closes_come_when_it_has_closed) {
  bool other_ended = false;
  const auto ends_later = [](bool& ended) -> coro<void> {
    try {
      co_await sleep(seconds(3600));
    } catch (...) {
    }
    co_await sleep(seconds(0));
    ended = true;
  };
  const auto leaves_tasks = [&](bool& ended) -> coro<void> {
    const task<void> first = get_running_loop().create_task(forgets_when_cancelled());
    const task<void> second = get_running_loop().create_task(ends_later(ended));
    co_await sleep(seconds(0));
  };
  EXPECT_EQ(rule_thrown_by([&] { coroguard::run(leaves_tasks(other_ended), {.debug = true}); }), "unawaited-coroutine");
  EXPECT_TRUE(other_ended);
}

TEST_F(thrown_reports, do_not_hide_what_the_program_threw) {
  const auto fails = []() -> coro<void> {
    const task<void> left = get_running_loop().create_task(forgets_when_cancelled());
    co_await sleep(seconds(0));
    throw std::logic_error("the program's");
  };
  EXPECT_THROW(coroguard::run(fails(), {.debug = true}), std::logic_error);
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "");
}

TEST_F(thrown_reports, may_be_spared_by_the_sink) {
  const report_sink before = set_report_sink([](const report&) { do_not_throw_this_report(); });
  loop.call_soon(forget);
  EXPECT_EQ(rule_thrown_by([&] { run_once(); }), "");
  set_report_sink(before);
}

TEST(run_time_rules, are_known_and_in_order) {
  EXPECT_TRUE(is_run_time_rule("slow-callback"));
  EXPECT_FALSE(is_run_time_rule("slow"));
  EXPECT_FALSE(is_run_time_rule(""));
  EXPECT_TRUE(std::ranges::is_sorted(run_time_rules));
}

}  // namespace
}  // namespace coroguard
