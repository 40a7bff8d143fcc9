// for: libcoro
// Coroutines that move between the scheduler and a pool.
#include <lib.h>
#include <unistd.h>

using pool = std::unique_ptr<coro::thread_pool>;
using loop = std::unique_ptr<coro::scheduler>;

// --- Warn -----------------------------------------------------------------------------------------------------------

coro::task<void> on_loop(loop &scheduler) {
  co_await scheduler->schedule();
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await scheduler->yield_for(std::chrono::seconds(1));
  fsync(1); // warn: blocking-call "'fsync' blocks"
}

coro::task<void> there_and_back(pool &workers, loop &scheduler) {
  co_await workers->schedule();
  sleep(1);
  co_await scheduler->schedule();
  sleep(1); // warn: blocking-call "'sleep' blocks"
}

coro::task<void> ends_the_pool(pool &workers) {
  workers->shutdown(); // warn: blocking-call "'coro::thread_pool::shutdown' blocks"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

coro::task<void> on_pool(pool &workers) {
  co_await workers->schedule();
  sleep(1);
}

coro::task<void> job() {
  sleep(1);
  co_return;
}
coro::task<void> another_job() {
  sleep(1);
  co_return;
}
coro::task<void> starts(pool &workers) {
  workers->spawn_detached(job());
  co_await workers->schedule(another_job());
}
