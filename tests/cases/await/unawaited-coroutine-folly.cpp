// for: folly
// Tasks that never start, futures without an executor; a Future is let go on purpose.
#include <lib.h>

folly::coro::Task<void> step();
folly::coro::Task<int> count();
folly::SemiFuture<int> request();

// --- Warn -----------------------------------------------------------------------------------------------------------

folly::coro::Task<void> drops(folly::CPUThreadPoolExecutor &pool, folly::coro::Mutex &mutex) {
  step();          // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count();   // warn: unawaited-coroutine "'count()' is cast to void"
  mutex.co_lock(); // warn: unawaited-coroutine "'folly::coro::Mutex::co_lock()'"
  co_return;
}
void in_plain_function() {
  step(); // warn: unawaited-coroutine "'step()'"
}
void without_executor() {
  step().semi(); // warn: unawaited-coroutine "'folly::coro::Task::semi()' is never awaited; its outcome and its exception are lost"
  request();     // warn: unawaited-coroutine "'request()'"
  auto answer = request(); // warn: dropped-task-handle "'answer' holds the work"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

folly::coro::Task<void> awaits(folly::CPUThreadPoolExecutor &pool) {
  co_await step();
  int n = co_await count();
  co_await co_withExecutor(&pool, step());
  co_await request();
}

// Started, or already running: dropping the future only lets go of its outcome.
void lets_go(folly::CPUThreadPoolExecutor &pool) {
  co_withExecutor(&pool, step()).start();
  folly::via(&pool, [] { return 1; });
  folly::via(&pool, [] { return 1; }).thenValue([](int) {});
}
