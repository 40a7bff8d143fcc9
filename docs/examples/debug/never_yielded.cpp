// A task that computes from its beginning to its end: while it ran, nothing else did.
#include <coroguard/runtime.hpp>

#include <chrono>

using coroguard::coro;

bool is_prime(long number) {
  for (long divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0) return false;
  return number > 1;
}

coro<long> count_primes(std::chrono::milliseconds at_most) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  long found = 0;
  for (long number = 1'000'000'000; std::chrono::steady_clock::now() < end; ++number) found += is_prime(number) ? 1 : 0;
  co_return found;
}

coro<void> serve() { co_await coroguard::create_task(count_primes(std::chrono::milliseconds(350))); }

int main() { coroguard::run(serve(), {.debug = true}); }
