// for: async_simple
#include <lib.h>

using namespace async_simple::coro;
Lazy<> step();

// --- Warn -----------------------------------------------------------------------------------------------------------

Lazy<> holds_nothing(Mutex &mutex) {
  auto lock = mutex.coScopedLock(); // warn: guard-is-task "coScopedLock"
  co_await step();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

Lazy<> holds(Mutex &mutex) {
  auto lock = co_await mutex.coScopedLock();
  co_await step();
}
