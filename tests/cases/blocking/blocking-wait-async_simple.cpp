// for: async_simple
#include <lib.h>

using namespace async_simple;
coro::Lazy<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

coro::Lazy<int> waits(Future<int> first, Future<int> second) {
  int n = coro::syncAwait(count()); // warn: blocking-wait "'async_simple::coro::syncAwait'"
  n += std::move(first).get();      // warn: blocking-wait "'async_simple::Future::get'"
  second.wait();                    // warn: blocking-wait "'async_simple::Future::wait'"
  co_return n;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

coro::Lazy<int> checks(Future<int> first) {
  if (first.hasResult()) co_return std::move(first).get();
  co_return co_await count();
}
int main() { return coro::syncAwait(count()); }
