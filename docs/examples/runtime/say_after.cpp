// One after the other: co_await waits for the whole coroutine, so the delays add up.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <iostream>
#include <string_view>

using namespace std::chrono_literals;
using coroguard::coro;

coro<void> say_after(coroguard::seconds delay, std::string_view what) {
  co_await coroguard::sleep(delay);
  std::cout << what << "\n";
}

coro<void> say_hello_world() {
  coroguard::event_loop& loop = coroguard::get_running_loop();
  const coroguard::time_point begun = loop.time();
  const auto say_time = [&] {
    std::cout << std::chrono::round<std::chrono::seconds>(loop.time() - begun).count() << " s\n";
  };

  say_time();
  co_await say_after(1s, "hello");
  say_time();
  co_await say_after(1s, "world");
  say_time();
}

int main() { coroguard::run(say_hello_world()); }
