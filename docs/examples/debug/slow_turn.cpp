// Many callbacks in one turn of the loop, none of them slow, stop it as one slow callback does.
#include <coroguard/runtime.hpp>

#include <chrono>

using coroguard::coro;
using namespace std::chrono_literals;

void compute(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) continue;
}

coro<void> client(std::chrono::milliseconds time) {
  compute(time);
  co_return;
}

coro<void> server() { co_await coroguard::gather(client(45ms), client(25ms), client(65ms), client(35ms)); }

int main() { coroguard::run(server(), {.debug = true}); }
