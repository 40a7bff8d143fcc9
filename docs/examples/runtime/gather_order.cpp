// Three coroutines at the same time. While one sleeps the others run, so three seconds of sleep take one.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <iostream>
#include <string_view>
#include <tuple>

using namespace std::chrono_literals;
using coroguard::coro;

coro<int> count(std::string_view name, int result) {
  std::cout << name << ": one\n";
  co_await coroguard::sleep(1s);
  std::cout << name << ": two\n";
  co_return result;
}

coro<void> count_together() {
  coroguard::event_loop& loop = coroguard::get_running_loop();
  const coroguard::time_point begun = loop.time();

  // They begin in this order, and so do their results, whichever ends first.
  const auto [one, two, three] = co_await coroguard::gather(count("a", 1), count("b", 2), count("c", 3));

  const auto took = std::chrono::round<std::chrono::seconds>(loop.time() - begun);
  std::cout << "results: " << one << " " << two << " " << three << "\n"
            << "seconds: " << took.count() << "\n";
}

int main() { coroguard::run(count_together()); }
