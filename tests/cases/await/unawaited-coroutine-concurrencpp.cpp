// for: concurrencpp
// Nothing here is [[nodiscard]]: the compiler never helps.
#include <lib.h>

using namespace concurrencpp;
result<int> begun();
lazy_result<int> later();
null_result background();

// --- Warn -----------------------------------------------------------------------------------------------------------

result<void> drops(std::shared_ptr<thread_pool_executor> pool, async_lock &lock) {
  begun();         // warn: unawaited-coroutine "'begun()' is never awaited; its outcome and its exception are lost"
  later();         // warn: unawaited-coroutine "'later()' is never awaited; the coroutine body does not run"
  (void)later();   // warn: unawaited-coroutine "'later()' is cast to void"
  lock.lock(pool); // warn: unawaited-coroutine "'concurrencpp::async_lock::lock()'"
  resume_on(pool); // warn: unawaited-coroutine "'concurrencpp::resume_on()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

result<void> awaits(std::shared_ptr<thread_pool_executor> pool, async_lock &lock) {
  background();
  co_await begun();
  co_await later();
  auto held = co_await lock.lock(pool);
  co_await resume_on(pool);
  pool->post([] {});
  auto started = later().run();
  co_await started;
}
