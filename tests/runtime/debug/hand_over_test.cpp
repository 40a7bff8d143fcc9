// Loops that go from one thread to another, and what debug mode has nothing against.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <semaphore>
#include <string>

#include "coroguard/base/sanitizers.hpp"
#include "debug/captured_reports.hpp"
#include "debug/owner_thread.hpp"
#include "thrown.hpp"

namespace coroguard {
namespace {

coro<int> seven() { co_return co_await sleep(seconds(1), 7); }

// A thread that lives until this is destroyed, and does what it is told meanwhile.
class idle_thread {
public:
  idle_thread()
      : thread_([this] {
          for (;;) {
            told_.acquire();
            if (!work_) return;
            work_();
            did_.release();
          }
        }) {}
  ~idle_thread() {
    work_ = nullptr;
    told_.release();
    thread_.join();
  }
  idle_thread(const idle_thread&) = delete;

  void does(std::function<void()> work) {
    work_ = std::move(work);
    told_.release();
    did_.acquire();
  }

private:
  std::function<void()> work_;
  std::binary_semaphore told_{0};
  std::binary_semaphore did_{0};
  std::thread thread_;
};

class hand_over : public ::testing::Test {
protected:
  hand_over() { loop->set_debug(true); }
  ~hand_over() override { EXPECT_EQ(number_of_reports(), 0u); }

  std::size_t number_of_reports() {
    std::size_t found = 0;
    for (const report& one : reports_.take()) {
      ++found;
      last_ = one.message;
    }
    return found;
  }
  // True when using the loop is wrong here.
  bool refused() {
    const bool threw = is<runtime_error>(thrown_in([&] { static_cast<void>(loop->create_future<void>()); }));
    EXPECT_EQ(number_of_reports(), threw ? 1u : 0u);
    return threw;
  }
  bool refused_in(idle_thread& other) {
    bool result = false;
    other.does([&] { result = refused(); });
    return result;
  }

  captured_reports reports_;
  std::string last_;
  std::unique_ptr<event_loop> loop = std::make_unique<event_loop>(virtual_time());
};

TEST_F(hand_over, by_running_it_and_by_ending) {
  EXPECT_FALSE(refused());
  run_in_thread("worker", [&] {
    EXPECT_EQ(loop->run_until_complete(seven()), 7);
    EXPECT_FALSE(refused());
  });
  EXPECT_FALSE(refused());
  loop->close();
}

TEST_F(hand_over, by_running_it_in_one_thread_after_the_other) {
  idle_thread first;
  idle_thread second;
  first.does([&] { EXPECT_EQ(loop->run_until_complete(seven()), 7); });
  second.does([&] { EXPECT_EQ(loop->run_until_complete(seven()), 7); });
  EXPECT_FALSE(refused_in(second));
  EXPECT_TRUE(refused_in(first));
  EXPECT_NE(last_.find("which ran it last; "), last_.npos) << last_;
  EXPECT_TRUE(refused());
  EXPECT_EQ(loop->run_until_complete(seven()), 7);  // which is allowed, and makes it this thread's
  EXPECT_TRUE(refused_in(second));
  EXPECT_FALSE(refused());
}

TEST_F(hand_over, by_detaching_it) {
  idle_thread other;
  EXPECT_TRUE(refused_in(other));
  loop->detach_from_thread();
  EXPECT_FALSE(refused_in(other));
  EXPECT_TRUE(refused());
  EXPECT_NE(last_.find("which took it over; "), last_.npos) << last_;
  other.does([&] { loop->detach_from_thread(); });
  EXPECT_FALSE(refused());
  EXPECT_TRUE(refused_in(other));
}

TEST_F(hand_over, by_detaching_it_while_it_runs) {
  idle_thread other;
  const auto detaches = [&]() -> coro<void> {
    loop->detach_from_thread();
    co_await yield_once();
    EXPECT_FALSE(refused());
    EXPECT_TRUE(refused_in(other));
  };
  loop->run_until_complete(detaches());
  EXPECT_FALSE(refused_in(other));
  EXPECT_TRUE(refused());
  other.does([&] { loop->detach_from_thread(); });
}

TEST_F(hand_over, of_a_runner) {
  idle_thread other;
  runner runs({.debug = true});
  event_loop& its = runs.get_loop();
  other.does([&] { EXPECT_EQ(runs.run([]() -> coro<int> { co_return 7; }()), 7); });
  EXPECT_TRUE(is<runtime_error>(thrown_in([&] { its.stop(); })));
  EXPECT_EQ(number_of_reports(), 1u);
  EXPECT_EQ(runs.run([]() -> coro<int> { co_return 8; }()), 8);
  other.does([&] { runs.close(); });
}

TEST_F(hand_over, to_a_runner) {
  idle_thread other;
  std::unique_ptr<event_loop> made;
  other.does([&] { made = std::make_unique<event_loop>(virtual_time()); });
  EXPECT_EQ(run(seven(), {.debug = true, .loop_factory = [&] { return std::move(made); }}), 7);
}

TEST_F(hand_over, is_recorded_while_debug_mode_is_off) {
  idle_thread other;
  loop->set_debug(false);
  other.does([&] {
    loop->run_until_complete(seven());
    loop->set_debug(true);
  });
  EXPECT_TRUE(refused());
  EXPECT_FALSE(refused_in(other));
  other.does([&] { loop->close(); });
}

TEST_F(hand_over, needs_none_without_debug_mode) {
  idle_thread other;
  loop->set_debug(false);
  EXPECT_FALSE(refused_in(other));
  other.does([&] {
    const handle soon = loop->call_soon([] {});
    handle(soon).cancel();
    loop->create_future<int>().set_result(1);
    loop->stop();
    loop->close();
  });
}

TEST_F(hand_over, needs_none_for_a_closed_loop) {
  idle_thread other;
  const future<int> pending = loop->create_future<int>();
  loop->close();
  EXPECT_FALSE(refused_in(other));
  other.does([&] {
    loop->close();
    EXPECT_FALSE(loop->remove_reader(0));
    pending.cancel();
    loop.reset();
  });
}

TEST_F(hand_over, needs_none_for_what_outlives_its_loop) {
  idle_thread other;
  event_loop another(virtual_time());
  another.set_debug(true);
  future<int> pending = loop->create_future<int>();
  handle soon = loop->call_soon([] {});
  loop.reset();
  other.does([&] {
    pending.cancel();
    pending = future<int>();
    soon.cancel();
  });
}

TEST_F(hand_over, needs_none_for_calls_that_are_thread_safe) {
  idle_thread other;
  int called = 0;
  other.does([&] { loop->call_soon_threadsafe([&] { ++called; }); });
  concurrent_future<int> outcome;
  other.does([&] { outcome = run_coroutine_threadsafe(seven(), *loop); });
  other.does([&] {
    EXPECT_FALSE(loop->is_running());
    EXPECT_FALSE(loop->is_closed());
    loop->wake();
    loop->get_debug();
  });
  const future<int> ended_elsewhere = wrap_future(outcome, *loop);
  EXPECT_EQ(loop->run_until_complete(ended_elsewhere), 7);
  EXPECT_EQ(loop->run_until_complete(loop->run_in_executor(nullptr, [] { return 8; })), 8);
  EXPECT_EQ(called, 1);
  other.does([&] { loop->call_soon_threadsafe([&] { loop->stop(); }); });
  loop->run_forever();
  // The last handle of a future that nobody waits for.
  future<int> dropped = loop->create_future<int>();
  other.does([&] { dropped = future<int>(); });
}

TEST_F(hand_over, of_a_loop_that_the_end_of_its_thread_destroys) {
  std::thread([] {
    static thread_local std::unique_ptr<event_loop> before_its_mark;
    before_its_mark = std::make_unique<event_loop>(virtual_time());
    before_its_mark->set_debug(true);
    static thread_local event_loop after_its_mark(virtual_time());
    after_its_mark.set_debug(true);
  }).join();
}

#if !COROGUARD_THREAD_SANITIZER  // there, a child of a process with threads must not start one

// What `function` gives in a child of this process.
template <class F>
std::string in_child(F function) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string text = function();
    [[maybe_unused]] const ssize_t wrote = ::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char part[256];
  for (ssize_t got = 0; (got = ::read(ends[0], part, sizeof part)) > 0;) text.append(part, static_cast<std::size_t>(got));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

std::string error_of_call(event_loop& loop) {
  return thrown_message<runtime_error>([&] { loop.call_soon([] {}); });
}

void expect_refused_in_child(event_loop& loop) {
  const std::string text = in_child([&] { return error_of_call(loop); });
  EXPECT_NE(text.find("called event_loop::call_soon; the loop belongs to thread '"), text.npos) << text;
  EXPECT_NE(text.find("(tid " + std::to_string(::getpid()) + ") of the process that forked this one; make a loop of the child's own"),
            text.npos)
      << text;
}

TEST_F(hand_over, is_not_made_by_fork) {
  expect_refused_in_child(*loop);
  loop->call_soon([&] { expect_refused_in_child(*loop); });
  loop->stop();
  loop->run_forever();
}

TEST_F(hand_over, is_made_to_a_child_by_detaching) {
  EXPECT_EQ(in_child([&] {
              loop->detach_from_thread();
              return error_of_call(*loop);
            }),
            "no exception");
}

TEST_F(hand_over, is_not_needed_for_loops_of_a_child) {
  EXPECT_EQ(in_child([] {
              event_loop own(virtual_time());
              own.set_debug(true);
              return std::to_string(own.run_until_complete(seven())) + error_of_call(own);
            }),
            "7no exception");
}

#endif

}  // namespace
}  // namespace coroguard
