// A program in debug mode for tests of `coroguard ps` and its socket: makes what its first argument names, prints "ready", and
// ends when its standard input does.
// Usage: introspected_program plain|cycle|busy|idle
#include <unistd.h>

#include <coroguard/runtime.hpp>
#include <cstdio>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
namespace cg = coroguard;

namespace {

void wait_for_end_of_input() {
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

void say_ready() {
  std::puts("ready");
  std::fflush(stdout);
}

// Ends when somebody else closes the other end of our standard input.
cg::coro<void> end_of_input() {
  cg::event_loop& loop = cg::get_running_loop();
  cg::future<void> ended = loop.create_future<void>();
  loop.add_reader(STDIN_FILENO, [ended, &loop] {
    loop.remove_reader(STDIN_FILENO);
    ended.set_result();
  });
  co_await ended;
}

cg::coro<void> read_socket(cg::future<void> bytes) { co_await bytes; }
cg::coro<void> fetch(cg::future<void> bytes) { co_await read_socket(bytes); }
cg::coro<void> fetch_both(cg::future<void> bytes) {
  const cg::task<void> a = cg::create_task(fetch(bytes));
  a.set_name("fetch-a");
  const cg::task<void> b = cg::create_task(fetch(bytes));
  b.set_name("fetch-b");
  co_await cg::gather(a, b);
}
cg::coro<void> plain() {
  const cg::future<void> bytes = cg::get_running_loop().create_future<void>();
  const cg::task<void> parent = cg::create_task(fetch_both(bytes));
  parent.set_name("fetch-both");
  co_await cg::sleep(0s);
  co_await cg::sleep(0s);
  say_ready();
  co_await end_of_input();
  bytes.set_result();
  co_await parent;
}

cg::coro<void> awaits(const cg::task<void>* other) { co_await *other; }
cg::coro<void> cycle() {
  cg::task<void> a;
  cg::task<void> b;
  a = cg::create_task(awaits(&b));
  a.set_name("chicken");
  b = cg::create_task(awaits(&a));
  b.set_name("egg");
  co_await cg::sleep(0s);
  say_ready();
  co_await end_of_input();
  a.cancel();
  co_await cg::sleep(0s);
}

cg::coro<void> blocks_the_loop() {
  say_ready();
  wait_for_end_of_input();
  co_return;
}

int run_idle() {
  cg::event_loop loop;
  loop.set_debug(true);
  say_ready();
  wait_for_end_of_input();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  cg::set_report_sink([](const cg::report&) {});
  const char* const what = argc > 1 ? argv[1] : "plain";
  if (std::strcmp(what, "idle") == 0) return run_idle();
  if (std::strcmp(what, "busy") == 0)
    cg::run(blocks_the_loop(), {.debug = true});
  else if (std::strcmp(what, "cycle") == 0)
    cg::run(cycle(), {.debug = true});
  else
    cg::run(plain(), {.debug = true});
  return 0;
}
