// Who awaits whom, as print_call_graph tells it. Lines of this file are part of what is compared: `here` names them.
#include <coroguard/runtime.hpp>
#include <gtest/gtest.h>

#include <cstdio>

#include "virtual_loop.hpp"

namespace coroguard {
namespace {

// What a graph says without lines of source: each task or future, its coroutines, and who awaits it, by name.
std::vector<std::string> functions_of(const call_graph_entry& entry) {
  std::vector<std::string> names;
  for (const call_graph_frame& frame : entry.call_stack) names.push_back(function_name(frame.function));
  return names;
}

std::vector<std::string> awaiters_of(const call_graph& graph, std::size_t place = 0) {
  std::vector<std::string> names;
  for (const std::size_t above : graph.entries[place].awaited_by) names.push_back(graph.entries[above].name);
  return names;
}

const call_graph_entry& entry_of(const call_graph& graph, std::string_view name) {
  for (const call_graph_entry& entry : graph.entries)
    if (entry.name == name) return entry;
  ADD_FAILURE() << "there is no " << name << " in:\n" << format_call_graph(graph);
  return graph.entries.front();
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

using strings = std::vector<std::string>;

class call_graphs : public virtual_loop {};

coro<void> waits_for(future<void> awaited) { co_await awaited; }
coro<void> outer(future<void> awaited) { co_await waits_for(awaited); }

TEST_F(call_graphs, of_a_task_has_its_coroutines_with_their_lines) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> asked = loop.create_task(outer(awaited), {.name = "asked"});
  run_briefly();
  const call_graph graph = capture_call_graph(asked);
  ASSERT_EQ(graph.entries.size(), 1u);
  const call_graph_entry& entry = graph.entries.front();
  EXPECT_EQ(entry.name, "asked");
  EXPECT_NE(entry.task, 0u);
  EXPECT_EQ(entry.activity, task_activity::waiting);
  EXPECT_EQ(functions_of(entry), (strings{"waits_for", "outer"}));
  EXPECT_EQ(entry.call_stack[1].at.line(), entry.call_stack[0].at.line() + 1);
  EXPECT_NE(std::string(entry.call_stack[0].at.file_name()).find("call_graph_test.cpp"), std::string::npos);
  EXPECT_TRUE(entry.awaited_by.empty());
  awaited.set_result();
  run(asked);
  const call_graph done = capture_call_graph(asked);
  EXPECT_EQ(done.entries.front().activity, task_activity::done);
  EXPECT_TRUE(done.entries.front().call_stack.empty());
}

TEST_F(call_graphs, have_all_waiters_of_a_future) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> a = loop.create_task(waits_for(awaited), {.name = "a"});
  const task<void> b = loop.create_task(waits_for(awaited), {.name = "b"});
  const task<void> c = loop.create_task(outer(awaited), {.name = "c"});
  run_briefly();
  const call_graph graph = capture_call_graph(awaited);
  EXPECT_EQ(graph.entries.front().task, 0u);
  EXPECT_EQ(graph.entries.front().kind, future_kind::future);
  EXPECT_EQ(awaiters_of(graph), (strings{"a", "b", "c"}));
  EXPECT_EQ(functions_of(entry_of(graph, "c")), (strings{"waits_for", "outer"}));
  const std::string text = format_call_graph(graph);
  EXPECT_EQ(count(text, "* future(made at '"), 1u) << text;
  EXPECT_EQ(count(text, "    * Task(name='"), 3u) << text;
  awaited.set_result();
  run(gather(a, b, c));
}

coro<void> gathers(task<void> child) { co_await gather(child, sleep(seconds(1))); }
coro<void> shields(task<void> child) { co_await shield(child); }
coro<void> waits(task<void> child) {
  const std::vector<task<void>> children(1, child);
  co_await wait(children);
}
coro<void> limits(task<void> child) { co_await wait_for(child, seconds(100)); }
coro<void> groups(future<void> awaited) {
  co_await with(task_group(), [&](task_group& group) -> coro<void> {
    group.create_task(waits_for(awaited)).set_name("child of group");
    co_return;
  });
}

TEST_F(call_graphs, go_up_through_gather_shield_wait_and_wait_for) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> child = loop.create_task(waits_for(awaited), {.name = "child"});
  const task<void> a = loop.create_task(gathers(child), {.name = "gathers"});
  const task<void> b = loop.create_task(shields(child), {.name = "shields"});
  const task<void> c = loop.create_task(waits(child), {.name = "waits"});
  const task<void> d = loop.create_task(limits(child), {.name = "limits"});
  run_briefly();
  const call_graph graph = capture_call_graph(child);
  ASSERT_EQ(graph.entries.front().awaited_by.size(), 4u) << format_call_graph(graph);
  const auto above = [&](std::size_t place) { return graph.entries[graph.entries.front().awaited_by[place]]; };
  EXPECT_EQ(above(0).kind, future_kind::gathering);
  EXPECT_EQ(above(1).kind, future_kind::shield);
  EXPECT_EQ(above(2).name, "wait");
  EXPECT_EQ(above(3).name, "limits");
  EXPECT_EQ(awaiters_of(graph, graph.entries.front().awaited_by[0]), strings{"gathers"});
  EXPECT_EQ(awaiters_of(graph, graph.entries.front().awaited_by[1]), strings{"shields"});
  EXPECT_EQ(awaiters_of(graph, graph.entries.front().awaited_by[2]), strings{"waits"});
  awaited.set_result();
  run(gather(a, b, c, d));
}

TEST_F(call_graphs, go_up_from_a_task_of_a_group_once) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> a = loop.create_task(groups(awaited), {.name = "groups"});
  run_briefly();
  const call_graph graph = capture_call_graph(awaited);
  EXPECT_EQ(awaiters_of(graph), strings{"child of group"});
  EXPECT_EQ(entry_of(graph, "child of group").awaited_by.size(), 1u);
  EXPECT_EQ(functions_of(entry_of(graph, "groups")).back(), "groups");
  awaited.set_result();
  run(a);
}

// A task that awaits a task of its own group does so twice.
coro<void> awaits_own_child(future<void> awaited) {
  co_await with(task_group(), [&](task_group& group) -> coro<void> {
    const task<void> child = group.create_task(waits_for(awaited));
    child.set_name("child of group");
    co_await child;
  });
}

TEST_F(call_graphs, name_no_waiter_twice) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> a = loop.create_task(awaits_own_child(awaited), {.name = "parent"});
  run_briefly();
  const call_graph graph = capture_call_graph(awaited);
  EXPECT_EQ(entry_of(graph, "child of group").awaited_by.size(), 1u);
  awaited.set_result();
  run(a);
}

// ---- the current task ----------------------------------------------------------------------------------------------------

[[gnu::noinline]] std::string asks() { return format_call_graph(); }
coro<void> asks_in(std::string& directly, std::string& in_function, int& line) {
  line = std::source_location::current().line() + 1;
  directly = format_call_graph();
  in_function = asks();
  co_return;
}
coro<void> awaits_asking(std::string& directly, std::string& in_function, int& line) {
  co_await asks_in(directly, in_function, line);
}

TEST_F(call_graphs, are_of_the_current_task_by_default) {
  std::string directly;
  std::string in_function;
  int line = 0;
  run(loop.create_task(awaits_asking(directly, in_function, line), {.name = "current"}));
  EXPECT_TRUE(directly.starts_with("* Task(name='current', id=")) << directly;
  EXPECT_NE(directly.find("line " + std::to_string(line) + ", in async asks_in()\n"), std::string::npos) << directly;
  EXPECT_NE(directly.find("in async awaits_asking()\n"), std::string::npos) << directly;
  EXPECT_EQ(count(directly, "  |   File '"), 2u) << directly;
  EXPECT_EQ(count(in_function, "  |   File '"), 3u) << in_function;
  EXPECT_LT(in_function.find("in asks()\n"), in_function.find("in async asks_in()\n")) << in_function;
}

TEST_F(call_graphs, are_empty_in_a_callback_and_an_error_outside_of_a_loop) {
  bool called = false;
  loop.call_soon([&] {
    called = true;
    EXPECT_FALSE(capture_call_graph());
    EXPECT_EQ(format_call_graph(), "");
  });
  run_briefly();
  EXPECT_TRUE(called);
  try {
    capture_call_graph();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "capture_call_graph() is called outside of a running event loop and no *future* to introspect was provided");
  }
  EXPECT_THROW(capture_call_graph(future<void>()), std::invalid_argument);
}

coro<void> prints(std::FILE* to) {
  print_call_graph(to);
  co_return;
}

TEST_F(call_graphs, are_printed_to_a_file) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  run(loop.create_task(prints(file), {.name = "printing"}));
  std::rewind(file);
  char text[64] = {};
  EXPECT_NE(std::fgets(text, sizeof text, file), nullptr);
  EXPECT_EQ(std::string(text).substr(0, 26), "* Task(name='printing', id");
  std::fclose(file);
}

TEST_F(call_graphs, have_the_format_of_asyncio) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> child = loop.create_task(outer(awaited), {.name = "child"});
  const task<void> parent = loop.create_task(gathers(child), {.name = "parent"});
  run_briefly();
  const call_graph graph = capture_call_graph(child);
  const auto line_of = [&](std::string_view name, std::size_t frame) {
    const call_graph_frame& one = entry_of(graph, name).call_stack[frame];
    return std::string("File '") + one.at.file_name() + "', line " + std::to_string(one.at.line());
  };
  const std::source_location gathered = graph.entries[1].made;
  EXPECT_TRUE(std::string_view(gathered.file_name()).ends_with("call_graph_test.cpp")) << gathered.file_name();
  const std::string wanted =
      "* Task(name='child', id=" + std::to_string(graph.entries[0].task) + ")\n"
      "  + Call stack:\n"
      "  |   " + line_of("child", 0) + ", in async waits_for()\n"
      "  |   " + line_of("child", 1) + ", in async outer()\n"
      "  + Awaited by:\n"
      "    * gather(made at '" + std::string(gathered.file_name()) + "', line " + std::to_string(gathered.line()) + ")\n"
      "      + Awaited by:\n"
      "        * Task(name='parent', id=" + std::to_string(entry_of(graph, "parent").task) + ")\n"
      "          + Call stack:\n"
      "          |   " + line_of("parent", 0) + ", in async gathers()\n";
  EXPECT_EQ(format_call_graph(graph), wanted);
  awaited.set_result();
  run(parent);
}

// ---- circles ---------------------------------------------------------------------------------------------------------

coro<void> awaits_slot(const task<void>& other) { co_await other; }
coro<void> gathers_slot(const task<void>& other) { co_await gather(other); }

class circle_of_three {
public:
  explicit circle_of_three(event_loop& loop) {
    a = loop.create_task(awaits_slot(b), {.name = "a"});
    b = loop.create_task(gathers_slot(c), {.name = "b"});
    c = loop.create_task(awaits_slot(a), {.name = "c"});
  }
  task<void> a, b, c;
};

TEST_F(call_graphs, mark_a_circle_and_do_not_follow_it) {
  circle_of_three tasks(loop);
  run_briefly();
  const call_graph graph = capture_call_graph(tasks.a);
  EXPECT_EQ(graph.entries.size(), 4u);  // with the gather
  const std::string text = format_call_graph(graph);
  EXPECT_EQ(count(text, "(await cycle)"), 1u) << text;
  EXPECT_EQ(count(text, "name='a'"), 2u) << text;
  const std::vector<std::vector<std::size_t>> cycles = await_cycles(graph);
  ASSERT_EQ(cycles.size(), 1u);
  strings names;
  for (const std::size_t place : cycles[0])
    if (graph.entries[place].task != 0) names.push_back(graph.entries[place].name);
  EXPECT_EQ(names, (strings{"a", "b", "c"}));  // a waits for b, b for c
  tasks.a.cancel();
  run_briefly();
  run_briefly();
}

TEST_F(call_graphs, without_a_circle_have_none) {
  const future<void> awaited = loop.create_future<void>();
  const task<void> child = loop.create_task(waits_for(awaited));
  const task<void> a = loop.create_task(gathers(child));
  const task<void> b = loop.create_task(gathers(child));
  const auto both = gather(a, b);
  run_briefly();
  EXPECT_TRUE(await_cycles(capture_call_graph(loop)).empty());
  EXPECT_EQ(count(format_call_graph(child), "(await cycle)"), 0u);
  awaited.set_result();
  run(both);
}

// ---- large graphs ----------------------------------------------------------------------------------------------------

// Each level is awaited by two tasks, so there are 2^30 paths.
TEST_F(call_graphs, with_many_paths_tell_each_task_once) {
  const future<void> awaited = loop.create_future<void>();
  std::vector<task<void>> level{loop.create_task(waits_for(awaited))};
  std::vector<task<void>> all = level;
  struct of {
    static coro<void> gathered(task<void> a, task<void> b) { co_await gather(a, b); }
  };
  for (int i = 0; i < 30; ++i) {
    std::vector<task<void>> next;
    for (int j = 0; j < 2; ++j) next.push_back(loop.create_task(of::gathered(level.front(), level.back())));
    level = next;
    all.insert(all.end(), next.begin(), next.end());
    run_once();
  }
  run_briefly();
  const call_graph graph = capture_call_graph(awaited);
  EXPECT_EQ(graph.entries.size(), 1u + 61u + 60u);  // the future, the tasks, a gather for each but one
  EXPECT_EQ(count(format_call_graph(graph), "+ Call stack:"), 61u);
  EXPECT_TRUE(await_cycles(graph).empty());
  awaited.set_result();
  run(gather(all));
}

TEST_F(call_graphs, of_a_long_chain_need_no_stack) {
  const future<void> awaited = loop.create_future<void>();
  std::vector<task<void>> chain{loop.create_task(waits_for(awaited))};
  struct next {
    static coro<void> after(task<void> before) { co_await before; }
  };
  for (int i = 0; i < 20'000; ++i) chain.push_back(loop.create_task(next::after(chain.back())));
  run_briefly();
  const call_graph graph = capture_call_graph(awaited);
  EXPECT_EQ(graph.entries.size(), 20'002u);
  EXPECT_LT(format_call_graph(graph).size(), 1'000'000u);
  EXPECT_TRUE(await_cycles(graph).empty());
  EXPECT_EQ(capture_call_graph(loop, 100).left_off, 20'001u - 100u);
  awaited.set_result();
  run(chain.back());
}

}  // namespace
}  // namespace coroguard
