// Calls of the wrong thread, one by one: docs/runtime/threads.md lists what is called, and a test compares it with this.
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "debug/captured_reports.hpp"
#include "debug/owner_thread.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

struct operation {
  const char* name;
  std::function<void(subjects&)> call;
  const char* remedy = nullptr;  // null: call_soon_threadsafe with a callback that does the same
};

coro<void> empty() { co_return; }

std::vector<operation> operations_of_the_loop() {
  return {
      {"event_loop::call_soon", [](subjects& of) { of.loop.call_soon([] {}); }, "use call_soon_threadsafe"},
      {"event_loop::call_soon", [](subjects& of) { of.loop.call_soon(std::noop_coroutine()); }, "use call_soon_threadsafe"},
      {"event_loop::call_later", [](subjects& of) { of.loop.call_later(seconds(1), [] {}); }},
      {"event_loop::call_at", [](subjects& of) { of.loop.call_at(of.loop.time(), [] {}); }},
      {"event_loop::stop", [](subjects& of) { of.loop.stop(); }, "use call_soon_threadsafe([&] { loop.stop(); })"},
      {"event_loop::close", [](subjects& of) { of.loop.close(); }, "do it in that thread, or when that has ended"},
      {"event_loop::create_future", [](subjects& of) { static_cast<void>(of.loop.create_future<int>()); }},
      {"event_loop::create_task", [](subjects& of) { static_cast<void>(of.loop.create_task(empty())); },
       "use run_coroutine_threadsafe"},
      {"event_loop::add_reader", [](subjects& of) { of.loop.add_reader(0, [] {}); }},
      {"event_loop::add_writer", [](subjects& of) { of.loop.add_writer(1, [] {}); }},
      {"event_loop::remove_reader", [](subjects& of) { of.loop.remove_reader(0); }},
      {"event_loop::remove_writer", [](subjects& of) { of.loop.remove_writer(1); }},
      {"event_loop::add_signal_handler", [](subjects& of) { of.loop.add_signal_handler(SIGUSR1, [] {}); }},
      {"event_loop::remove_signal_handler", [](subjects& of) { of.loop.remove_signal_handler(SIGUSR1); }},
      {"event_loop::run_in_executor", [](subjects& of) { static_cast<void>(of.loop.run_in_executor(nullptr, [] {})); }},
      {"event_loop::set_default_executor", [](subjects& of) { of.loop.set_default_executor(nullptr); }},
      {"event_loop::take_default_executor", [](subjects& of) { of.loop.take_default_executor(); }},
      {"event_loop::set_exception_handler", [](subjects& of) { of.loop.set_exception_handler(nullptr); }},
      {"event_loop::set_task_factory", [](subjects& of) { of.loop.set_task_factory(nullptr); }},
      {"event_loop::set_debug", [](subjects& of) { of.loop.set_debug(false); }},
      {"event_loop::set_slow_callback_duration", [](subjects& of) { of.loop.set_slow_callback_duration(seconds(1)); }},
      {"event_loop::set_observer", [](subjects& of) { of.loop.set_observer(nullptr); }},
      {"event_loop::set_shuffle_seed", [](subjects& of) { of.loop.set_shuffle_seed(1); }},
  };
}

std::vector<operation> operations_of_futures() {
  return {
      {"future::set_result", [](subjects& of) { of.pending.set_result(1); }},
      {"future::set_result", [](subjects& of) { of.watched.set_result(1); }},
      {"future::set_exception", [](subjects& of) { of.pending.set_exception(std::make_exception_ptr(1)); }},
      {"future::set_exception", [](subjects& of) { of.watched.set_exception(std::logic_error("it")); }},
      {"future::cancel", [](subjects& of) { of.pending.cancel(); }},
      {"future::add_done_callback", [](subjects& of) { of.pending.add_done_callback(subjects::nothing); }},
      {"future::remove_done_callback", [](subjects& of) { of.watched.remove_done_callback(&subjects::nothing); }},
      {"future::mark_retrieved", [](subjects& of) { of.pending.mark_retrieved(); }},
      {"future::result", [](subjects& of) { of.pending.result(); }},
      {"future::exception", [](subjects& of) { of.pending.exception(); }},
      {"future::describe", [](subjects& of) { static_cast<void>(of.pending.describe()); }},
  };
}

std::vector<operation> operations_of_tasks() {
  return {
      {"task::cancel", [](subjects& of) { of.waiting.cancel(); }},
      {"task::cancel", [](subjects& of) { task_base(of.waiting).cancel("why"); }},
      {"task::uncancel", [](subjects& of) { of.waiting.uncancel(); }},
      {"task::uncancel", [](subjects& of) { task_base(of.waiting).uncancel(); }},
      {"task::set_name", [](subjects& of) { of.waiting.set_name("it"); }},
      {"task::set_name", [](subjects& of) { task_base(of.waiting).set_name("it"); }},
      {"task::get_stack", [](subjects& of) { of.waiting.get_stack(); }},
      {"task::get_stack", [](subjects& of) { task_base(of.waiting).get_stack(); }},
      {"task::describe", [](subjects& of) { static_cast<void>(of.waiting.describe()); }},
      {"task::describe", [](subjects& of) { static_cast<void>(task_base(of.waiting).describe()); }},
      {"task::describe_stack", [](subjects& of) { of.waiting.describe_stack(); }},
      {"task::describe_stack", [](subjects& of) { task_base(of.waiting).describe_stack(); }},
      {"task::start_soon", [](subjects& of) { task_base(of.waiting).start_soon(); }},
      {"task::start_now", [](subjects& of) { task_base(of.waiting).start_now(); }},
      {"current_task", [](subjects& of) { current_task(of.loop); }},
      {"all_tasks", [](subjects& of) { all_tasks(of.loop); }},
      {"gather", [](subjects& of) { static_cast<void>(gather(of.pending, of.watched)); }},
      {"gather", [](subjects& of) { static_cast<void>(gather(std::vector{of.pending, of.watched})); }},
      {"shield", [](subjects& of) { static_cast<void>(shield(of.pending)); }},
  };
}

// They need a task that has begun.
std::vector<operation> operations_of_scopes() {
  return {
      {"timeout::reschedule", [](subjects& of) { of.limit->reschedule({}); }},
      {"task_group::create_task", [](subjects& of) { static_cast<void>(of.group->create_task(empty())); },
       "use run_coroutine_threadsafe"},
      {"task_group::cancel", [](subjects& of) { of.group->cancel(); }},
  };
}

// Destructors call them: they report, and do what they do.
std::vector<operation> operations_that_never_throw() {
  return {
      {"handle::cancel", [](subjects& of) { of.soon.cancel(); }},
      {"handle::cancel", [](subjects& of) { of.timer.cancel(); }},
      {"event_loop::call_exception_handler", [](subjects& of) { of.loop.call_exception_handler({"a test", nullptr, ""}); }},
  };
}

std::string thread_text(const char* name, int tid) {
  return std::string("thread '") + name + "' (tid " + std::to_string(tid) + ")";
}

class wrong_thread : public ::testing::Test {
protected:
  // Its text when `call` comes from a thread "intruder".
  std::string expected(const char* name, const char* remedy, int intruder, int owner, owner_does what) {
    const std::string last = std::string(name).substr(std::string(name).rfind(':') + 1);
    std::string text = "Non-thread-safe operation invoked on an event loop other than the current one: " +
                       thread_text("intruder", intruder) + " called " + name + "; the loop belongs to " + thread_text("owner", owner);
    text += what == owner_does::runs_it ? ", which runs it now; " : what == owner_does::ran_it ? ", which ran it last; " : ", which made it; ";
    text += remedy != nullptr ? remedy : "use call_soon_threadsafe with a callback that calls " + last;
    return what == owner_does::runs_it ? text : text + ", or hand the loop over with detach_from_thread";
  }

  void expect_refused(const std::vector<operation>& operations, owner_does what, bool throws = true) {
    owner_thread owner(what);
    reports_.take();
    run_in_thread("intruder", [&] {
      for (const operation& one : operations) {
        SCOPED_TRACE(one.name);
        const std::string text = expected(one.name, one.remedy, this_tid(), owner.tid(), what);
        const std::string thrown = thrown_message<runtime_error>([&] { one.call(owner.has()); });
        EXPECT_EQ(thrown, throws ? text : "no exception");
        std::vector<report> found = reports_.take();
        std::erase_if(found, [](const report& other) { return other.rule == "unhandled-exception"; });  // asked for
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(found[0].rule, "wrong-thread-call");
        EXPECT_EQ(found[0].level, log_level::error);
        EXPECT_EQ(found[0].message, text);
        EXPECT_EQ(found[0].loop, &owner.has().loop);
      }
    });
  }

  captured_reports reports_;
};

TEST_F(wrong_thread, is_refused_while_the_loop_runs) {
  for (const auto& operations : {operations_of_the_loop(), operations_of_futures(), operations_of_tasks(), operations_of_scopes()})
    expect_refused(operations, owner_does::runs_it);
}

TEST_F(wrong_thread, is_refused_while_the_loop_does_not_run) {
  for (const auto& operations : {operations_of_the_loop(), operations_of_futures(), operations_of_tasks(), operations_of_scopes()})
    expect_refused(operations, owner_does::ran_it);
}

TEST_F(wrong_thread, is_refused_before_the_loop_runs) {
  for (const auto& operations : {operations_of_the_loop(), operations_of_futures(), operations_of_tasks()})
    expect_refused(operations, owner_does::made_it);
}

TEST_F(wrong_thread, is_reported_where_destructors_call) {
  for (const owner_does what : {owner_does::runs_it, owner_does::ran_it, owner_does::made_it})
    expect_refused(operations_that_never_throw(), what, false);
}

TEST_F(wrong_thread, changes_nothing_when_it_is_refused) {
  owner_thread owner(owner_does::ran_it);
  run_in_thread("intruder", [&] {
    for (const auto& operations : {operations_of_the_loop(), operations_of_futures(), operations_of_tasks(), operations_of_scopes()})
      for (const operation& one : operations) EXPECT_TRUE(is<runtime_error>(thrown_in([&] { one.call(owner.has()); }))) << one.name;
  });
  EXPECT_FALSE(owner.has().loop.is_closed());
  EXPECT_TRUE(owner.has().loop.get_debug());
  EXPECT_FALSE(owner.has().pending.done());
  EXPECT_FALSE(owner.has().watched.done());
  EXPECT_EQ(owner.has().waiting.cancelling(), 0);
}

TEST_F(wrong_thread, says_where_it_was_called) {
  owner_thread owner(owner_does::ran_it);
  const int line = __LINE__ + 1;
  run_in_thread("intruder", [&] { EXPECT_TRUE(is<runtime_error>(thrown_in([&] { owner.has().loop.call_soon([] {}); }))); });
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].notes.size(), 1u);
  EXPECT_EQ(found[0].notes[0], std::string("called at ") + __FILE__ + ":" + std::to_string(line));
  EXPECT_FALSE(found[0].native_stack.empty());
}

TEST_F(wrong_thread, awaits_a_future) {
  owner_thread owner(owner_does::ran_it);
  const auto awaits = [&]() -> coro<void> { co_await owner.has().watched; };
  event_loop mine(virtual_time());
  const std::string text = thrown_message<runtime_error>([&] { mine.run_until_complete(awaits()); });
  EXPECT_NE(text.find("attached to a different loop"), text.npos) << text;  // in asyncio's words
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, "wrong-thread-call");
  EXPECT_NE(found[0].message.find("called co_await of a future"), std::string::npos) << found[0].message;
}

// An idle thread that has a loop and gives it up.
template <class F>
void with_loop_of_an_idle_thread(F function) {
  std::unique_ptr<event_loop> loop;
  std::latch made(1);
  std::latch released(1);
  std::thread idle([&] {
    loop = std::make_unique<event_loop>(virtual_time());
    loop->set_debug(true);
    made.count_down();
    released.wait();
  });
  made.wait();
  function(loop);
  released.count_down();
  idle.join();
}

TEST_F(wrong_thread, destroys_a_loop) {
  with_loop_of_an_idle_thread([](std::unique_ptr<event_loop>& loop) { loop.reset(); });
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("called event_loop::~event_loop; "), std::string::npos) << found[0].message;
  EXPECT_NE(found[0].message.find("; do it in that thread, or when that has ended"), std::string::npos) << found[0].message;
}

TEST_F(wrong_thread, drops_the_last_handle_of_a_future_with_callbacks) {
  with_loop_of_an_idle_thread([&](std::unique_ptr<event_loop>& loop) {
    loop->detach_from_thread();
    future<int> watched = loop->create_future<int>();
    watched.add_done_callback(subjects::nothing);
    run_in_thread("intruder", [&] { watched = future<int>(); });
    loop->close();
  });
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("called future::~future"), std::string::npos) << found[0].message;
}

TEST_F(wrong_thread, has_its_own_loop_running) {
  owner_thread owner(owner_does::runs_it);
  const auto calls = [&]() -> coro<void> {
    owner.has().pending.set_result(1);
    co_return;
  };
  const std::string text = thrown_message<runtime_error>([&] { run(calls()); });
  EXPECT_TRUE(text.starts_with("Non-thread-safe operation invoked on an event loop other than the current one: ")) << text;
  const std::vector<report> found = reports_.take();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].await_chain.size(), 1u);  // who called
}

// Without debug mode, too, what the loop's thread frees meanwhile is not looked at.
TEST_F(wrong_thread, describes_what_is_pending_without_debug_mode) {
  owner_thread owner(owner_does::runs_it, false);
  EXPECT_TRUE(owner.has().waiting.describe().starts_with("<Task pending created at "));
  EXPECT_TRUE(owner.has().pending.describe().starts_with("<Future pending created at "));
}

coro<void> waits_for_others(const std::atomic<bool>& stop) {
  while (!stop) {
    const task<void> made = create_task(sleep(seconds(0)));
    co_await made;
    co_await sleep(seconds(0));
  }
}

TEST_F(wrong_thread, describes_a_task_that_goes_on) {
  std::atomic<bool> stop = false;
  const auto is_described = [&]() -> coro<void> {
    const task<void> busy = create_task(waits_for_others(stop));
    std::thread intruder([&] {
      std::size_t length = 0;
      for (int i = 0; i < 20000; ++i) length += busy.describe().size();
      EXPECT_GT(length, 0u);
      stop = true;
    });
    co_await busy;
    intruder.join();
  };
  run(is_described(), {.debug = false});
  EXPECT_TRUE(reports_.take().empty());
}

TEST_F(wrong_thread, describes_what_is_done) {
  event_loop loop(virtual_time());
  loop.set_debug(true);
  task<void> ended = loop.create_task(empty());
  loop.run_until_complete(ended);
  run_in_thread("intruder", [&] { EXPECT_TRUE(ended.describe().starts_with("<Task finished name='")); });
  EXPECT_TRUE(reports_.take().empty());
}

TEST_F(wrong_thread, switches_debug_mode_on) {
  owner_thread owner(owner_does::ran_it, false);
  EXPECT_TRUE(is<runtime_error>(thrown_in([&] { owner.has().loop.set_debug(true); })));
  EXPECT_FALSE(owner.has().loop.get_debug());
  EXPECT_EQ(reports_.take().size(), 1u);
}

}  // namespace
}  // namespace coroguard
