// The table of all tasks of a loop.
#include <coroguard/runtime.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using strings = std::vector<std::string>;

const task_row& row_of(const task_table& table, std::string_view name) {
  for (const task_row& row : table.rows)
    if (row.name == name) return row;
  ADD_FAILURE() << "there is no " << name << " in:\n" << table.text();
  static const task_row none;
  return none;
}

strings lines_of(std::string_view text) {
  strings lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

coro<void> waits_for(future<void> awaited) { co_await awaited; }
coro<void> waits_for_task(task<void> awaited) { co_await awaited; }
coro<void> gathers(task<void> awaited) { co_await gather(awaited, sleep(seconds(5))); }
coro<void> shields_gather(task<void> awaited) { co_await shield(gather(awaited)); }
coro<void> sleeps() { co_await sleep(seconds(10)); }
coro<void> never() { co_return; }
coro<void> asks(task_table& table) {
  table = task_table(get_running_loop());
  co_return;
}

class task_tables : public ordered_virtual_loop {};

TEST_F(task_tables, say_what_each_task_does) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> waiting = loop.create_task(waits_for(awaited), {.name = "waiting"});
  const task<void> on_task = loop.create_task(waits_for_task(waiting), {.name = "on task"});
  const task<void> gathering = loop.create_task(gathers(waiting), {.name = "gathering"});
  const task<void> sleeping = loop.create_task(sleeps(), {.name = "sleeping"});
  run_briefly();
  const task<void> ready = loop.create_task(never(), {.name = "ready"});
  task_table table;
  const task<void> asking = loop.create_task(asks(table), {.name = "asking"});
  awaited.set_result();  // its task is ready by then
  const task<void> last = loop.create_task(never(), {.name = "last"});
  run(asking);
  EXPECT_EQ(row_of(table, "asking").state(), "running");
  EXPECT_EQ(row_of(table, "last").state(), "ready");
  EXPECT_EQ(row_of(table, "on task").state(), "waiting for waiting");
  EXPECT_EQ(row_of(table, "sleeping").state(), "waiting for sleep");
  EXPECT_TRUE(row_of(table, "gathering").state().starts_with("waiting for gather made at task_table_test.cpp:"));
  EXPECT_EQ(function_name(row_of(table, "sleeping").call_stack.back().function), "sleeps");
  EXPECT_NE(std::string(row_of(table, "sleeping").made.file_name()).find("task_table_test.cpp"), std::string::npos);
  EXPECT_FALSE(row_of(table, "sleeping").age);
  EXPECT_TRUE(std::ranges::is_sorted(table.rows, {}, &task_row::task));
  sleeping.cancel();
  run(gather(on_task, gathering, last));
}

TEST_F(task_tables, have_a_line_for_each_awaiter) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> child = loop.create_task(waits_for(awaited), {.name = "child"});
  const task<void> a = loop.create_task(waits_for_task(child), {.name = "direct"});
  const task<void> b = loop.create_task(shields_gather(child), {.name = "shielded"});
  run_briefly();
  const task_table table(loop);
  const task_row& row = row_of(table, "child");
  ASSERT_EQ(row.awaiters.size(), 2u);
  EXPECT_EQ(row.awaiters[0].name, "direct");
  EXPECT_EQ(row.awaiters[0].through, "");
  EXPECT_EQ(row.awaiters[0].task, row_of(table, "direct").task);
  EXPECT_EQ(row.awaiters[1].name, "shielded");
  EXPECT_EQ(row.awaiters[1].through, "gather in shield");
  const strings lines = lines_of(table.csv());
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], "task,name,state,coroutine stack,awaiter chain,awaiter name,awaiter id,made at,age");
  const std::string begin = std::to_string(row.task) + ",child,waiting for future made at task_table_test.cpp:";
  EXPECT_TRUE(lines[1].starts_with(begin)) << lines[1];
  EXPECT_NE(lines[1].find(",waits_for,waits_for_task,direct," + std::to_string(row.awaiters[0].task) + ",task_table_test.cpp:"),
            std::string::npos) << lines[1];
  EXPECT_TRUE(lines[2].starts_with(begin)) << lines[2];
  EXPECT_NE(lines[2].find(",waits_for,gather in shield -> shields_gather,shielded,"), std::string::npos) << lines[2];
  EXPECT_EQ(lines_of(table.text()).size(), 5u);
  awaited.set_result();
  run(gather(a, b));
}

TEST_F(task_tables, name_a_gather_that_nobody_awaits) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> child = loop.create_task(waits_for(awaited), {.name = "child"});
  const auto kept = gather(std::vector{child});  // a range: where is known
  run_briefly();
  const task_table table(loop);
  ASSERT_EQ(row_of(table, "child").awaiters.size(), 1u);
  EXPECT_EQ(row_of(table, "child").awaiters[0].task, 0u);
  EXPECT_TRUE(row_of(table, "child").awaiters[0].name.starts_with("gather made at task_table_test.cpp:"));
  awaited.set_result();
  run(kept);
}

TEST_F(task_tables, quote_what_csv_needs_quoted) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> named = loop.create_task(waits_for(awaited), {.name = "a \"b\", c"});
  run_briefly();
  EXPECT_NE(task_table(loop).csv().find(",\"a \"\"b\"\", c\","), std::string::npos) << task_table(loop).csv();
  awaited.set_result();
  run(named);
}

coro<void> awaits_slot(const task<void>& other) { co_await other; }

TEST_F(task_tables, list_circles) {
  task<void> a;
  task<void> b;
  a = loop.create_task(awaits_slot(b), {.name = "a"});
  b = loop.create_task(awaits_slot(a), {.name = "b"});
  run_briefly();
  const task_table table(loop);
  ASSERT_EQ(table.cycles.size(), 1u);
  EXPECT_EQ(table.cycles[0], (std::vector{row_of(table, "a").task, row_of(table, "b").task}));
  EXPECT_NE(table.text().find("await cycle: a -> b -> a; none of them can go on\n"), std::string::npos) << table.text();
  a.cancel();
  run_briefly();
}

TEST_F(task_tables, know_the_age_of_tasks_in_debug_mode) {
  loop.set_debug(true);
  const future<void> awaited = loop.create_future<void>();
  const task<void> aged = loop.create_task(waits_for(awaited), {.name = "aged"});
  run_briefly();
  const task_table table(loop);
  ASSERT_TRUE(row_of(table, "aged").age);
  EXPECT_GE(*row_of(table, "aged").age, std::chrono::nanoseconds(0));
  EXPECT_LT(*row_of(table, "aged").age, std::chrono::minutes(10));
  EXPECT_NE(table.text().find(" s\n"), std::string::npos) << table.text();
  awaited.set_result();
  run(aged);
}

TEST_F(task_tables, keep_the_newest_when_there_are_too_many) {
  std::vector<task<void>> all;
  for (int i = 0; i < 10; ++i) all.push_back(loop.create_task(sleeps()));
  run_briefly();
  const task_table table(loop, 3);
  EXPECT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.left_off, 7u);
  EXPECT_EQ(table.rows.back().task, all.back().state().as_task()->number());
  EXPECT_NE(table.text().find("and 7 older tasks\n"), std::string::npos);
  for (const task<void>& one : all) one.cancel();
  run_briefly();
}

TEST_F(task_tables, are_printed) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  print_tasks(loop, file);
  std::rewind(file);
  char text[32] = {};
  EXPECT_NE(std::fgets(text, sizeof text, file), nullptr);
  EXPECT_TRUE(std::string(text).starts_with("task  name  state"));
  std::fclose(file);
  EXPECT_THROW(print_tasks(), runtime_error);
}

}  // namespace
}  // namespace coroguard
