// SelectorEventLoopSignalTests of CPython's test_unix_events.
#include <atomic>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "thrown.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

// What the process does with the signal.
void (*action_of(int signal))(int) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

class SelectorEventLoopSignalTests : public virtual_loop {
protected:
  const std::string refused(int signal) {
    return thrown_message<std::invalid_argument>([&] { loop.add_signal_handler(signal, [] {}); });
  }
};

TEST_F(SelectorEventLoopSignalTests, test_check_signal) {
  EXPECT_EQ(refused(NSIG + 1), "invalid signal number 66");
  EXPECT_EQ(refused(0), "invalid signal number 0");
  EXPECT_EQ(refused(-1), "invalid signal number -1");
  for (const int number : {NSIG + 1, 0, -1}) EXPECT_THROW(loop.remove_signal_handler(number), std::invalid_argument);
}

TEST_F(SelectorEventLoopSignalTests, test_add_signal_handler) {
  int caught = 0;
  loop.add_signal_handler(SIGHUP, [&] { ++caught; });
  run_once();
  EXPECT_EQ(caught, 0);
  ::raise(SIGHUP);
  EXPECT_EQ(caught, 0);  // on the loop, not in the signal handler
  run_once();
  EXPECT_EQ(caught, 1);
  run_once();
  EXPECT_EQ(caught, 1);
}

TEST_F(SelectorEventLoopSignalTests, test_add_signal_handler__replaced) {
  int first = 0;
  int second = 0;
  loop.add_signal_handler(SIGHUP, [&] { ++first; });
  loop.add_signal_handler(SIGHUP, [&] { ++second; });
  ::raise(SIGHUP);
  run_once();
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

// A loop that another thread runs, or a thread that is not the main one: refused.
TEST_F(SelectorEventLoopSignalTests, test_add_signal_handler_setup_error) {
  std::string error;
  std::thread([&] {
    error = thrown_message<runtime_error>([&] { loop.add_signal_handler(SIGHUP, [] {}); });
  }).join();
  EXPECT_EQ(error, "add_signal_handler() can only be called from the main thread");
  EXPECT_EQ(action_of(SIGHUP), SIG_DFL);
}

TEST_F(SelectorEventLoopSignalTests, test_add_signal_handler_coroutine_error) {
  static_assert(!loop_callback<coro<void> (*)()>);  // as add_signal_handler wants it
}

TEST_F(SelectorEventLoopSignalTests, test_add_signal_handler_install_error3) {
  EXPECT_EQ(thrown_message<runtime_error>([&] { loop.add_signal_handler(SIGKILL, [] {}); }), "sig 9 cannot be caught");
  EXPECT_FALSE(loop.remove_signal_handler(SIGKILL));
}

TEST_F(SelectorEventLoopSignalTests, test_add_signal_handler_install_error2) {
  int caught = 0;
  loop.add_signal_handler(SIGHUP, [&] { ++caught; });
  EXPECT_THROW(loop.add_signal_handler(SIGKILL, [] {}), runtime_error);
  ::raise(SIGHUP);  // the one that was there goes on working
  run_once();
  EXPECT_EQ(caught, 1);
}

TEST_F(SelectorEventLoopSignalTests, test_remove_signal_handler) {
  loop.add_signal_handler(SIGHUP, [] {});
  EXPECT_NE(action_of(SIGHUP), SIG_DFL);
  EXPECT_TRUE(loop.remove_signal_handler(SIGHUP));
  EXPECT_EQ(action_of(SIGHUP), SIG_DFL);
  EXPECT_FALSE(loop.remove_signal_handler(SIGHUP));
}

TEST_F(SelectorEventLoopSignalTests, test_remove_signal_handler_2) {
  int caught = 0;
  loop.add_signal_handler(SIGHUP, [&] { ++caught; });
  loop.add_signal_handler(SIGINT, [] {});
  EXPECT_TRUE(loop.remove_signal_handler(SIGINT));
  EXPECT_EQ(action_of(SIGINT), SIG_DFL);
  ::raise(SIGHUP);
  run_once();
  EXPECT_EQ(caught, 1);
}

// It came, and its handler went before the loop's turn.
TEST_F(SelectorEventLoopSignalTests, test_handle_signal_no_handler) {
  loop.add_signal_handler(SIGHUP, [] { FAIL() << "it was removed"; });
  ::raise(SIGHUP);
  EXPECT_TRUE(loop.remove_signal_handler(SIGHUP));
  run_once();
}

TEST_F(SelectorEventLoopSignalTests, test_close) {
  loop.add_signal_handler(SIGHUP, [] {});
  loop.add_signal_handler(SIGCHLD, [] {});
  loop.close();
  EXPECT_EQ(action_of(SIGHUP), SIG_DFL);
  EXPECT_EQ(action_of(SIGCHLD), SIG_DFL);
}

// Ours.
class signals : public virtual_loop {};

TEST_F(signals, removed_in_another_thread) {
  loop.add_signal_handler(SIGHUP, [] {});
  std::string error;
  std::thread([&] {
    error = thrown_message<runtime_error>([&] { loop.remove_signal_handler(SIGHUP); });
  }).join();
  EXPECT_EQ(error, "remove_signal_handler() can only be called from the main thread");
  EXPECT_TRUE(loop.remove_signal_handler(SIGHUP));
}

TEST_F(signals, the_last_of_two_loops_keeps_the_signal) {
  loop.add_signal_handler(SIGHUP, [] { FAIL() << "taken over"; });
  event_loop other;
  bool caught = false;
  other.add_signal_handler(SIGHUP, [&] { caught = true, other.stop(); });
  EXPECT_TRUE(loop.remove_signal_handler(SIGHUP));
  ::raise(SIGHUP);
  other.run_forever();
  EXPECT_TRUE(caught);
}

// A thread gets signals all the time while loops come and go. Sanitizers see what a late handler touches.
TEST_F(signals, in_another_thread_while_loops_end) {
  std::atomic<bool> done = false;
  std::thread hit([&] {
    while (!done) ::pthread_kill(::pthread_self(), SIGURG);  // ignored by default
  });
  int caught = 0;
  for (int round = 0; round < 300; ++round) {
    event_loop own;
    own.add_signal_handler(SIGURG, [&] { ++caught, own.stop(); });
    own.run_forever();
  }
  done = true;
  hit.join();
  EXPECT_GE(caught, 300);
}

}  // namespace
}  // namespace coroguard
