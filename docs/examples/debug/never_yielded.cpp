// A task that computes from its beginning to its end: while it ran, nothing else did.
#include <coroguard/runtime.hpp>

#include <chrono>

using coroguard::coro;

coro<long> count_primes(long below) {
  long found = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(150);
  for (long i = 0; i < below && std::chrono::steady_clock::now() < end; ++i) found += i % 2;
  co_return found;
}

coro<void> serve() { co_await coroguard::create_task(count_primes(1'000'000'000)); }

int main() { coroguard::run(serve(), {.debug = true}); }
