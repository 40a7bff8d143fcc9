// Threads for work that blocks or computes, first without a loop, then from one (concurrent.futures).
#include <coroguard/runtime.hpp>

#include <array>
#include <iostream>
#include <vector>

using coroguard::coro;

bool is_prime(long number) {
  if (number < 2) return false;
  for (long divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0) return false;
  return true;
}

long primes_below(long limit) {
  long count = 0;
  for (long number = 0; number < limit; ++number) count += is_prime(number);
  return count;
}

void without_a_loop(coroguard::thread_pool_executor& pool) {
  // submit: one call, one future.
  const coroguard::concurrent_future<long> count = pool.submit(primes_below, 1000L);
  std::cout << "primes below 1000: " << count.result() << "\n";

  // map: a call for each element, the results in the order of the elements.
  const std::array<long, 3> numbers = {112272535095293, 112272535095294, 115280095190773};
  auto number = numbers.begin();
  for (const bool prime : pool.map(is_prime, numbers)) std::cout << *number++ << (prime ? " is prime\n" : " is not prime\n");

  // as_completed: the futures in the order in which they end.
  std::vector<coroguard::concurrent_future<long>> counts;
  for (const long limit : {10, 100, 1000}) counts.push_back(pool.submit(primes_below, limit));
  long sum = 0;
  for (const auto& ended : coroguard::concurrent::as_completed(counts)) sum += ended.result();
  std::cout << "4 + 25 + 168 = " << sum << "\n";
}

// On a loop the same futures are awaited, not waited for.
coro<void> with_a_loop(coroguard::thread_pool_executor& pool) {
  const long count = co_await coroguard::get_running_loop().run_in_executor(&pool, [] { return primes_below(10000); });
  std::cout << "primes below 10000: " << count << "\n";
}

int main() {
  coroguard::thread_pool_executor pool(3);
  without_a_loop(pool);
  coroguard::run(with_a_loop(pool));
}
