// for: concurrencpp
// Executors behind shared pointers.
#include <lib.h>
#include <unistd.h>

using namespace concurrencpp;

// --- Warn -----------------------------------------------------------------------------------------------------------

result<void> moves(std::shared_ptr<thread_pool_executor> pool, std::shared_ptr<manual_executor> loop) {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await resume_on(pool);
  sleep(1);
  co_await resume_on(loop);
  sleep(1); // warn: blocking-call "'sleep' blocks"
}

void posts(std::shared_ptr<manual_executor> loop) {
  loop->post([] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
}
result<void> starts_on_loop(executor_tag, std::shared_ptr<manual_executor>) {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

result<void> offloads(runtime &runtime, std::shared_ptr<thread_pool_executor> pool) {
  pool->post([] { sleep(1); });
  co_await runtime.background_executor()->submit([] { sleep(1); });
}
void unknown(std::shared_ptr<executor> executor) {
  executor->post([] { sleep(1); });
}
result<void> starts_on_thread(executor_tag, std::shared_ptr<thread_executor>) {
  sleep(1);
  co_return;
}
result<void> starts_on_unknown(executor_tag, const std::shared_ptr<executor> &) {
  sleep(1);
  co_return;
}
result<void> awaits_started_on_thread(std::shared_ptr<thread_executor> thread) { co_await starts_on_thread({}, thread); }
