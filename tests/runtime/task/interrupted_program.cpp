// What runner_interrupt_test starts and interrupts: a program of its own, because a second Ctrl+C ends the process.
//
// Says on standard output, a line each, how far it got. The argument says what its coroutine does.
#include <coroguard/task/runner.hpp>
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task_group.hpp>
#include <coroguard/task/timeout.hpp>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <unistd.h>

namespace {

using namespace coroguard;

void say(const char* text) {
  std::printf("%s\n", text);
  std::fflush(stdout);
}

struct says_goodbye {
  ~says_goodbye() { say("cleaned up"); }
};

// Waits for ever.
coro<int> waits() {
  const says_goodbye goodbye;
  say("ready");
  co_await get_running_loop().create_future<void>();
  co_return 0;
}

// Waits for ever, in a task of a group with a time limit.
coro<int> waits_in_scopes() {
  co_await with(timeout(std::chrono::hours(1)), []() -> coro<void> {
    co_await with(task_group(), [](task_group& group) -> coro<void> {
      group.create_task(waits());
      co_return;
    });
  });
  co_return 0;
}

// Does not end when it is cancelled.
coro<int> refuses() {
  say("ready");
  for (;;) {
    try {
      co_await sleep(std::chrono::hours(1));
    } catch (const cancelled_error&) {
      say("cancelled");
    }
  }
}

coro<int> swallows() {
  say("ready");
  try {
    co_await sleep(std::chrono::hours(1));
  } catch (const cancelled_error&) {
  }
  co_return 7;
}

// Never gives the loop a turn; interrupts itself, so that it knows when the handler has returned.
coro<int> blocks() {
  raise(SIGINT);
  say("first");
  raise(SIGINT);
  say("second");
  co_return 0;
}

// Blocks in a system call; the first interruption does not end that.
coro<int> reads() {
  say("ready");
  char letter = 0;
  const ssize_t got = ::read(STDIN_FILENO, &letter, 1);
  say(got == 1 ? "read" : "interrupted call");
  co_await sleep(std::chrono::hours(1));
  co_return 0;
}

// The default action is in place again after run().
coro<int> ends() { co_return 0; }

coro<int> chosen(const std::string& name) {
  if (name == "waits") return waits();
  if (name == "scopes") return waits_in_scopes();
  if (name == "refuses") return refuses();
  if (name == "swallows") return swallows();
  if (name == "blocks") return blocks();
  if (name == "reads") return reads();
  return ends();
}

}  // namespace

int main(int count, char** arguments) {
  const std::string name = count > 1 ? arguments[1] : "";
  try {
    const int result = run(chosen(name));
    if (name == "ends") {
      raise(SIGINT);
      say("survived");
    }
    return result;
  } catch (const keyboard_interrupt&) {
    say("keyboard_interrupt");
    return 130;
  } catch (const cancelled_error&) {
    say("cancelled_error");
    return 1;
  }
}
