// What CPython does not test about run and runner.
#include <coroguard/base/executor.hpp>
#include <coroguard/task/runner.hpp>
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>
#include <coroguard/task/timeout.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <thread>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

class runners : public ::testing::Test {
protected:
  captured_log logged;
};

run_options with_virtual_time() {
  return {{}, [] { return std::make_unique<event_loop>(virtual_time()); }};
}

TEST_F(runners, give_what_can_only_be_moved_and_references) {
  const auto makes = []() -> coro<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  EXPECT_EQ(*coroguard::run(makes()), 7);
  int value = 0;
  const auto refers = [&]() -> coro<int&> { co_return value; };
  EXPECT_EQ(&coroguard::run(refers()), &value);
}

TEST_F(runners, refuse_a_factory_that_makes_nothing) {
  runner once({{}, [] { return std::unique_ptr<event_loop>(); }});
  EXPECT_TRUE(is<std::invalid_argument>(thrown_in([&] { once.get_loop(); })));
}

TEST_F(runners, cannot_be_closed_while_they_run) {
  runner once;
  const auto body = [&]() -> coro<void> {
    once.close();
    co_return;
  };
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { once.run(body()); })), "Cannot close a running event loop");
  EXPECT_FALSE(once.get_loop().is_closed());
}

TEST_F(runners, keep_tasks_from_one_run_to_the_next) {
  runner once(with_virtual_time());
  bool ended = false;
  const auto slow = [&]() -> coro<void> {
    co_await sleep(1s);
    ended = true;
  };
  const auto begins = [&]() -> coro<void> {
    task<void> background = create_task(slow());
    co_return;
  };
  const auto waits = []() -> coro<void> { co_await sleep(2s); };
  once.run(begins());
  EXPECT_FALSE(ended);
  once.run(waits());
  EXPECT_TRUE(ended);
}

TEST_F(runners, report_tasks_that_do_not_end_when_they_are_closed) {
  // A task that another one begins while all are cancelled is not waited for: closing the loop destroys it.
  const auto begins_another = []() -> coro<void> {
    static_cast<void>(co_await thrown_by(sleep(1s)));
    task<void> another = create_task(sleep(1s));
  };
  const auto body = [&]() -> coro<void> {
    task<void> background = create_task(begins_another());
    co_await sleep(0s);
  };
  coroguard::run(body(), with_virtual_time());
  EXPECT_TRUE(logged.contains("Task was destroyed but it is pending!"));
}

TEST_F(runners, say_when_the_loop_was_stopped) {
  const auto body = []() -> coro<void> {
    get_running_loop().stop();
    co_await sleep(1s);
  };
  EXPECT_EQ(text_of<runtime_error>(thrown_in([&] { coroguard::run(body(), with_virtual_time()); })),
            "Event loop stopped before Future completed.");
  EXPECT_TRUE(logged.lines.empty());
}

TEST_F(runners, let_a_keyboard_interrupt_of_a_task_through) {
  bool cancelled = false;
  const auto interrupts = []() -> coro<void> {
    throw keyboard_interrupt();
    co_return;
  };
  const auto body = [&]() -> coro<void> {
    task<void> other = create_task(interrupts());
    cancelled = is<cancelled_error>(co_await thrown_by(sleep(1s)));
  };
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { coroguard::run(body(), with_virtual_time()); })));
  EXPECT_TRUE(cancelled);
}

// ---- Ctrl+C ----------------------------------------------------------------------------------------------------------

bool sigint_is_default() {
  struct sigaction now {};
  ::sigaction(SIGINT, nullptr, &now);
  return now.sa_handler == SIG_DFL;
}

void other_handler(int) {}

TEST_F(runners, leave_a_handler_of_somebody_else_alone) {
  ::signal(SIGINT, other_handler);
  const auto body = []() -> coro<void> {
    ::raise(SIGINT);
    co_await sleep(0s);
  };
  coroguard::run(body());
  struct sigaction now {};
  ::sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, other_handler);
  ::signal(SIGINT, SIG_DFL);
}

TEST_F(runners, leave_a_handler_alone_that_was_set_meanwhile) {
  const auto body = []() -> coro<void> {
    ::signal(SIGINT, other_handler);
    co_return;
  };
  coroguard::run(body());
  struct sigaction now {};
  ::sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, other_handler);
  ::signal(SIGINT, SIG_DFL);
}

TEST_F(runners, have_no_handler_between_runs) {
  runner once;
  const auto body = []() -> coro<void> {
    EXPECT_FALSE(sigint_is_default());
    co_return;
  };
  once.run(body());
  EXPECT_TRUE(sigint_is_default());
  once.run(body());
  EXPECT_TRUE(sigint_is_default());
}

TEST_F(runners, do_not_lose_an_interrupt_at_the_last_moment) {
  const auto body = []() -> coro<int> {
    ::raise(SIGINT);
    co_return 1;
  };
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { coroguard::run(body()); })));
}

TEST_F(runners, can_be_interrupted_once_per_run) {
  runner once;
  const auto body = []() -> coro<void> {
    ::raise(SIGINT);
    co_await sleep(10s);
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { once.run(body()); })));
}

TEST_F(runners, do_not_interrupt_the_next_run) {
  // An interrupt that found nothing to cancel is still queued when the run ends.
  runner once;
  const auto interrupted = []() -> coro<void> {
    ::raise(SIGINT);
    co_return;
  };
  const auto undisturbed = []() -> coro<int> {
    co_await sleep(1ms);
    co_return 5;
  };
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { once.run(interrupted()); })));
  EXPECT_EQ(once.run(undisturbed()), 5);
}

TEST_F(runners, wake_when_another_thread_gets_the_signal) {
  const auto body = []() -> coro<void> {
    std::thread([] { ::raise(SIGINT); }).join();
    co_await get_running_loop().create_future<void>();
  };
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { coroguard::run(body()); })));
}

TEST_F(runners, wake_when_another_thread_sends_the_signal) {
  std::thread sender;
  const auto body = [&]() -> coro<void> {
    sender = std::thread([] { ::kill(::getpid(), SIGINT); });
    co_await get_running_loop().create_future<void>();
  };
  EXPECT_TRUE(is<keyboard_interrupt>(thrown_in([&] { coroguard::run(body()); })));
  sender.join();
}

TEST_F(runners, leave_the_default_action_to_children) {
  const auto body = []() -> coro<int> {
    const pid_t process = ::fork();
    if (process == 0) {
      ::raise(SIGINT);
      ::_exit(1);
    }
    int status = 0;
    ::waitpid(process, &status, 0);
    co_return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  };
  EXPECT_EQ(coroguard::run(body()), SIGINT);
}

// ---- the default executor --------------------------------------------------------------------------------------------

// One thread per piece of work; shutdown joins them.
class simple_executor final : public executor {
public:
  explicit simple_executor(bool& shut_down) : shut_down_(shut_down) {}
  ~simple_executor() override { shutdown(true); }
  void post(callback<void()> work) override { threads_.emplace_back(std::move(work)); }
  void shutdown(bool wait = true, bool = false) override {
    if (!wait) return;
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
    shut_down_ = true;
  }

private:
  bool& shut_down_;
  std::vector<std::thread> threads_;
};

TEST_F(runners, join_the_default_executor_while_the_loop_runs) {
  bool shut_down = false;
  std::atomic<bool> worked{false};
  runner once;
  once.get_loop().set_default_executor(std::make_unique<simple_executor>(shut_down));
  const auto body = [&]() -> coro<void> {
    // The work needs the loop to go on while it is joined.
    get_running_loop().default_executor()->post([&, loop = &get_running_loop()] {
      std::mutex mutex;
      std::condition_variable changed;
      bool called = false;
      loop->call_soon_threadsafe([&] {
        const std::scoped_lock lock(mutex);
        called = true;
        changed.notify_one();
      });
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return called; });
      worked = true;
    });
    co_return;
  };
  once.run(body());
  once.close();
  EXPECT_TRUE(worked);
  EXPECT_TRUE(shut_down);
}

}  // namespace
}  // namespace coroguard
