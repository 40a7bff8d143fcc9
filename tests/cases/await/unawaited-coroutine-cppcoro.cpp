// for: cppcoro
// Locks that are operations: nothing is locked until they are awaited.
#include <lib.h>

cppcoro::task<> step();
cppcoro::task<int> count();
cppcoro::shared_task<> shared();

// --- Warn -----------------------------------------------------------------------------------------------------------

cppcoro::task<> drops(cppcoro::async_mutex &mutex, cppcoro::static_thread_pool &pool, cppcoro::io_service &io) {
  step();                    // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count();             // warn: unawaited-coroutine "'count()' is cast to void"
  shared();                  // warn: unawaited-coroutine "'shared()'"
  mutex.lock_async();        // warn: unawaited-coroutine "'cppcoro::async_mutex::lock_async()'"
  mutex.scoped_lock_async(); // warn: unawaited-coroutine "scoped_lock_async()'"
  pool.schedule();           // warn: unawaited-coroutine "static_thread_pool::schedule()'"
  io.schedule_after(std::chrono::seconds(1)); // warn: unawaited-coroutine "schedule_after()'"
  schedule_on(pool, step()); // warn: unawaited-coroutine "'cppcoro::schedule_on()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cppcoro::task<> awaits(cppcoro::async_mutex &mutex, cppcoro::static_thread_pool &pool, cppcoro::io_service &io) {
  co_await step();
  (void)co_await count();
  const cppcoro::async_mutex_lock lock = co_await mutex.scoped_lock_async();
  co_await mutex.lock_async();
  mutex.unlock();
  if (mutex.try_lock()) mutex.unlock();
  co_await pool.schedule();
  co_await io.schedule();
  co_await schedule_on(pool, step());
}

int main() { return cppcoro::sync_wait(count()); }
