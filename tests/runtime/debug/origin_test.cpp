// Where something was made, in the reports about it.
#include <coroguard/observe/origin.hpp>
#include <coroguard/runtime.hpp>
#include <gtest/gtest.h>

#include <algorithm>

#include "debug/captured_reports.hpp"

namespace coroguard {
namespace {

coro<void> forgotten() { co_return; }

[[gnu::noinline]] coro<void> makes_one() { return forgotten(); }

coro<void> loses_one() {
  { const coro<void> lost = makes_one(); }
  co_return;
}
coro<void> outer() { co_await loses_one(); }

bool names(const std::vector<native_frame>& stack, std::string_view function) {
  return std::ranges::any_of(stack, [&](const native_frame& one) { return one.function.find(function) != std::string::npos; });
}

std::vector<std::string> functions_of(const std::vector<await_frame>& chain) {
  std::vector<std::string> names;
  for (const await_frame& one : chain) names.push_back(function_name(one.function));
  return names;
}

class origins : public ::testing::Test {
protected:
  captured_reports reports_;
};

TEST_F(origins, of_a_coroutine_that_was_never_awaited) {
  run(outer(), {.debug = true});
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "unawaited-coroutine");
  ASSERT_FALSE(found[0].creation_stack.empty());
  EXPECT_TRUE(names(found[0].creation_stack, "makes_one") || names(found[0].creation_stack, "loses_one")) << report_text(found[0]);
  EXPECT_EQ(functions_of(found[0].creation_chain), (std::vector<std::string>{"loses_one", "outer"}));
  EXPECT_NE(found[0].creation_chain[0].task, 0u);
}

TEST_F(origins, are_not_kept_without_debug_mode) {
  run(outer());
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].creation_stack.empty());
  EXPECT_TRUE(found[0].creation_chain.empty());
}

coro<void> fails() {
  throw std::logic_error("lost");
  co_return;
}
coro<void> makes_failing_task() {
  { const task<void> dropped = create_task(fails()); }
  co_await yield_once();
}

TEST_F(origins, of_a_task_whose_exception_nobody_asked_for) {
  run(makes_failing_task(), {.debug = true});
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "unretrieved-exception");
  EXPECT_EQ(functions_of(found[0].creation_chain), std::vector<std::string>{"makes_failing_task"});
}

coro<void> waits() { co_await get_running_loop().create_future<void>(); }

// The task and its coroutine, although both are gone: which of many that were made at one line.
TEST_F(origins, names_a_task_whose_exception_nobody_asked_for) {
  std::uint64_t number = 0;
  const auto loses = [&]() -> coro<void> {
    task<void> lost = create_task(fails(), {.name = "db-writer"});
    number = task_base(lost).core().number();
    co_await sleep(seconds(0));
  };
  for (const bool debug : {true, false}) {
    run(loses(), {.debug = debug});
    const std::vector<report> found = reports_.take();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].rule, "unretrieved-exception");
    EXPECT_EQ(found[0].task, number);
    const std::string& source = found[0].notes.at(0);
    EXPECT_TRUE(source.starts_with("source: <Task finished exception=std::logic_error: lost name='db-writer' "
                                   "coro=<fails() done, defined at "))
        << source;
    EXPECT_NE(source.find("origin_test.cpp:"), source.npos);
    EXPECT_NE(source.find("> created at "), source.npos) << source;
    EXPECT_NE(report_json(found[0]).find(",\"task\":" + std::to_string(number) + ","), std::string::npos);
  }
}

TEST_F(origins, of_a_task_that_was_destroyed) {
  std::uint64_t number = 0;
  {
    event_loop loop;
    loop.set_debug(true);
    const task<void> pending = loop.create_task(waits());
    number = task_base(pending).core().number();
    loop.call_soon([&] { loop.stop(); });
    loop.run_forever();
  }
  const std::vector<report> found = reports_.take();
  const auto destroyed = std::ranges::find(found, "destroyed-while-pending", &report::rule);
  ASSERT_NE(destroyed, found.end());
  EXPECT_TRUE(destroyed->creation_chain.empty());  // made outside of any task
  EXPECT_EQ(destroyed->task, number);
}

TEST_F(origins, are_forgotten_with_what_they_are_of) {
  event_loop loop;
  loop.set_debug(true);
  const void* where = nullptr;
  {
    const future<int> made = loop.create_future<int>();
    where = &made.state();
    EXPECT_TRUE(origin_of(where));
  }
  EXPECT_FALSE(origin_of(where));
}

// ---- who awaits whom, over several tasks -------------------------------------------------------------------------------

coro<void> innermost(std::vector<await_frame>& chain) {
  co_await yield_once();
  chain.resize(32);
  chain.resize(current_task().core().copy_chain(chain.data(), chain.size()));
}
coro<void> in_a_task(std::vector<await_frame>& chain) { co_await innermost(chain); }
coro<void> gathers(std::vector<await_frame>& chain) { co_await gather(in_a_task(chain), sleep(seconds(0))); }
coro<void> shields(std::vector<await_frame>& chain) { co_await shield(gathers(chain)); }
coro<void> groups(std::vector<await_frame>& chain) {
  co_await with(task_group(), [&](task_group& group) -> coro<void> {
    group.create_task(shields(chain));
    co_return;
  });
}

TEST_F(origins, chains_go_on_through_gather_shield_and_task_groups) {
  std::vector<await_frame> chain;
  run(groups(chain));
  std::vector<std::string> names = functions_of(chain);
  ASSERT_GE(names.size(), 5u);
  EXPECT_EQ(names[0], "innermost");
  EXPECT_EQ(names[1], "in_a_task");
  EXPECT_EQ(names[2], "gathers");
  EXPECT_EQ(names[3], "shields");
  EXPECT_EQ(names.back(), "groups");
  EXPECT_EQ(chain[0].task, chain[1].task);
  EXPECT_NE(chain[1].task, chain[2].task);
  EXPECT_NE(chain[2].task, chain[3].task);
}

}  // namespace
}  // namespace coroguard
