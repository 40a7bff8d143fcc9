// for: libcoro
#include <lib.h>

coro::task<void> step();

// --- Warn -----------------------------------------------------------------------------------------------------------

coro::task<void> holds_nothing(coro::mutex &mutex) {
  auto lock = mutex.scoped_lock(); // warn: guard-is-task "'coro::mutex::scoped_lock"
  co_await step();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

coro::task<void> holds(coro::mutex &mutex) {
  auto lock = co_await mutex.scoped_lock();
  co_await step();
}
