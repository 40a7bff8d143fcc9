// for: libcoro
// Verbs that look synchronous and are tasks.
#include <lib.h>

coro::task<void> step();
coro::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

coro::task<void> drops(coro::semaphore &semaphore, coro::queue<int> &queue, coro::mutex &mutex,
                       std::unique_ptr<coro::thread_pool> &pool, std::unique_ptr<coro::scheduler> &scheduler) {
  step();              // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count();       // warn: unawaited-coroutine "'count()' is cast to void"
  semaphore.acquire(); // warn: unawaited-coroutine "'coro::semaphore::acquire()'"
  semaphore.release(); // warn: unawaited-coroutine "'coro::semaphore::release()'"
  queue.push(1);       // warn: unawaited-coroutine "'coro::queue::push()'"
  queue.shutdown();    // warn: unawaited-coroutine "'coro::queue::shutdown()'"
  mutex.scoped_lock(); // warn: unawaited-coroutine "'coro::mutex::scoped_lock()'"
  mutex.lock();        // warn: unawaited-coroutine "'coro::mutex::lock()'"
  pool->schedule();    // warn: unawaited-coroutine "'coro::thread_pool::schedule()'"
  scheduler->schedule(); // warn: unawaited-coroutine "'coro::scheduler::schedule()'"
  scheduler->yield_for(std::chrono::seconds(1)); // warn: unawaited-coroutine "yield_for()'"
  pool->schedule(step()); // warn: unawaited-coroutine "'coro::thread_pool::schedule()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

coro::task<void> awaits(coro::semaphore &semaphore, coro::queue<int> &queue, coro::mutex &mutex,
                        std::unique_ptr<coro::thread_pool> &pool, std::unique_ptr<coro::scheduler> &scheduler) {
  co_await step();
  (void)co_await count();
  co_await semaphore.acquire();
  co_await semaphore.release();
  co_await queue.push(1);
  auto lock = co_await mutex.scoped_lock();
  co_await pool->schedule();
  pool->spawn_detached(step());
  scheduler->spawn_detached(step());
  co_await scheduler->schedule();
  co_await pool->schedule(step());
  auto joined = pool->spawn_joinable(step());
  co_await joined;
}

int main() { return coro::sync_wait(count()); }
