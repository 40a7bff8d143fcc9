// for: async_simple
// An unlock that must be awaited, and the ways to start a Lazy.
#include <lib.h>

using namespace async_simple::coro;
Lazy<> step();
Lazy<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

Lazy<> drops(async_simple::Executor *executor, Mutex &mutex, SharedMutex &shared) {
  step();              // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count();       // warn: unawaited-coroutine "'count()' is cast to void"
  step().via(executor); // warn: unawaited-coroutine "via()'"
  mutex.coLock();      // warn: unawaited-coroutine "'async_simple::coro::Mutex::coLock()'"
  mutex.coScopedLock(); // warn: unawaited-coroutine "coScopedLock()'"
  shared.coLock();     // warn: unawaited-coroutine "'async_simple::coro::SharedMutex::coLock()'"
  shared.unlock();     // warn: unawaited-coroutine "'async_simple::coro::SharedMutex::unlock()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

Lazy<> awaits(async_simple::Executor *executor, Mutex &mutex, SharedMutex &shared) {
  co_await step();
  (void)co_await count();
  step().start([](auto &&) {});
  step().via(executor).detach();
  count().via(executor).start([](auto &&) {});
  auto lock = co_await mutex.coScopedLock();
  co_await shared.coLock();
  co_await shared.unlock();
}

int main() { return syncAwait(count()); }
