// for: cppcoro
#include <lib.h>

cppcoro::task<> step();

// --- Warn -----------------------------------------------------------------------------------------------------------

cppcoro::task<> holds_nothing(cppcoro::async_mutex &mutex) {
  auto lock = mutex.scoped_lock_async(); // warn: guard-is-task "'cppcoro::async_mutex::scoped_lock_async"
  co_await step();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cppcoro::task<> holds(cppcoro::async_mutex &mutex) {
  auto lock = co_await mutex.scoped_lock_async();
  co_await step();
}
cppcoro::task<> awaits_later(cppcoro::async_mutex &mutex) {
  auto operation = mutex.scoped_lock_async();
  auto lock = co_await operation;
  co_await step();
}
