// What a report looks like to people and to programs, and where it goes.
#include <coroguard/task/runner.hpp>
#include <coroguard/task/task.hpp>
#include <coroguard/task/sleep.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "debug/captured_reports.hpp"
#include "needs_debug_mode.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

report example() {
  report one{.rule = "slow-callback", .message = "Executing \"it\" took\t0.2 seconds", .task = 7};
  one.notes = {"computing"};
  one.native_stack = {{1, "/usr/bin/program", 0x12ab, "0123abcd", "ns::f(int)"}, {2, "/usr/lib/libx.so.1", 16, "", ""}};
  one.duration = std::chrono::milliseconds(200);
  return one;
}

TEST(reports, are_lines_for_people) {
  EXPECT_EQ(report_text(example()),
            "Executing \"it\" took\t0.2 seconds [slow-callback]\n"
            "  computing\n"
            "  stack (most recent call first):\n"
            "    ns::f(int)  program+0x12ab\n"
            "    ??  libx.so.1+0x10");
}

TEST(reports, are_a_line_of_json_for_programs) {
  const std::string text = report_json(example());
  EXPECT_TRUE(text.starts_with(
      R"json({"rule":"slow-callback","level":"warning","message":"Executing \"it\" took\u00090.2 seconds","pid":)json"))
      << text;
  EXPECT_TRUE(text.ends_with(
      R"json(,"task":7,"duration_ns":200000000,"notes":["computing"],"stack":[{"module":"/usr/bin/program",)json"
      R"json("offset":"0x12ab","build_id":"0123abcd","function":"ns::f(int)"},{"module":"/usr/lib/libx.so.1",)json"
      R"json("offset":"0x10","build_id":"","function":""}],"awaits":[],"creation_stack":[],"creation_awaits":[]})json"))
      << text;
}

TEST(reports, go_to_the_log_where_no_sink_is) {
  captured_log logged;
  emit(example());
  EXPECT_EQ(logged.lines, std::vector<std::string>{report_text(example())});
}

// Reading tables of symbols takes tens of milliseconds: no loop waits for it.
TEST(reports, have_names_from_a_thread_of_their_own) {
  NEEDS_DEBUG_MODE();
  std::mutex mutex;
  std::vector<std::pair<report, std::thread::id>> found;
  const report_sink before = set_report_sink([&](const report& one) {
    const std::scoped_lock lock(mutex);
    found.emplace_back(one, std::this_thread::get_id());
  });
  const auto forgotten = []() -> coro<void> { co_return; };
  const auto offends = [&]() -> coro<void> {
    { const coro<void> lost = forgotten(); }
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    co_await sleep(seconds(0));
    { const coro<void> lost = forgotten(); }
  };
  run(offends(), {.debug = true});
  flush_reports();
  set_report_sink(before);
  int with_names = 0;
  for (const auto& [one, thread] : found) {
    if (one.native_stack.empty() && one.creation_stack.empty()) continue;
    const native_frame& frame = one.native_stack.empty() ? one.creation_stack.front() : one.native_stack.front();
    EXPECT_FALSE(frame.module.empty());
    EXPECT_NE(thread, std::this_thread::get_id()) << one.rule;
    ++with_names;
  }
  EXPECT_GE(with_names, 2);
}

// What a sink has lives until it returns.
class has_something {
public:
  std::weak_ptr<int> seen() const { return has_; }

private:
  std::shared_ptr<int> has_ = std::make_shared<int>(1);
};

TEST(reports, survive_a_sink_that_replaces_itself) {
  bool lives = false;
  const report_sink before = set_report_sink([&lives, has = has_something()](const report&) {
    bool& answer = lives;
    const std::weak_ptr<int> seen = has.seen();
    const report_sink mine = set_report_sink(nullptr);
    EXPECT_TRUE(mine);
    static_cast<void>(set_report_sink(nullptr));
    answer = !seen.expired();
  });
  emit(example());
  EXPECT_TRUE(lives);
  EXPECT_FALSE(set_report_sink(before));
}

TEST(reports, leave_a_sink_its_state) {
  std::vector<int> counted;
  const report_sink before = set_report_sink([&, count = 0](const report&) mutable { counted.push_back(++count); });
  emit({.rule = "slow-callback"});
  emit({.rule = "slow-callback"});
  report_sink counting = set_report_sink(before);
  counting({.rule = "slow-callback"});
  EXPECT_EQ(counted, (std::vector{1, 2, 3}));
}

TEST(log, survives_a_sink_that_replaces_itself) {
  bool lives = false;
  const log_sink before = set_log_sink([&lives, has = has_something()](log_level, std::string_view) {
    bool& answer = lives;
    const std::weak_ptr<int> seen = has.seen();
    set_log_sink(nullptr);
    answer = !seen.expired();
  });
  log(log_level::error, "it");
  EXPECT_TRUE(lives);
  EXPECT_FALSE(set_log_sink(before));
}

TEST(reports, survive_a_sink_that_throws) {
  captured_log logged;
  const report_sink before = set_report_sink([](const report&) { throw std::runtime_error("full"); });
  emit(example());
  set_report_sink(before);
  EXPECT_TRUE(logged.contains("Exception in report sink"));
  EXPECT_TRUE(logged.contains("full"));
}

coro<void> never() { co_return; }
coro<int> fails() {
  throw std::logic_error("lost");
  co_return 1;
}
coro<void> waits() { co_await get_running_loop().create_future<void>(); }

TEST(reports, name_the_rule) {
  captured_reports reports;
  const auto rules = [&] {
    std::vector<std::string> names;
    for (const report& one : reports.take()) names.emplace_back(one.rule);
    return names;
  };
  { const coro<void> forgotten = never(); }
  EXPECT_EQ(rules(), std::vector<std::string>{"unawaited-coroutine"});
  {
    event_loop loop{virtual_time()};
    {
      const task<int> lost = loop.create_task(fails());
      loop.call_soon([&] { loop.stop(); });
      loop.run_forever();
    }
    EXPECT_EQ(rules(), std::vector<std::string>{"unretrieved-exception"});
    loop.call_soon([] { throw std::logic_error("nobody"); });
    loop.call_soon([&] { loop.stop(); });
    loop.run_forever();
    EXPECT_EQ(rules(), std::vector<std::string>{"unhandled-exception"});
    const task<void> pending = loop.create_task(waits());
    loop.call_soon([&] { loop.stop(); });
    loop.run_forever();
    loop.close();
  }
  EXPECT_EQ(rules(), std::vector<std::string>{"destroyed-while-pending"});
}

}  // namespace
}  // namespace coroguard
