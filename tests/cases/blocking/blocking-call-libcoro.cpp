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

coro::task<void> resumed_job() {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_return;
}
void resumes(loop &scheduler) {
  auto task = resumed_job();
  scheduler->resume(task.handle());
}
coro::task<void> loop_job() {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_return;
}
coro::task<void> on_both(pool &workers) {
  auto first = loop_job();
  workers->resume(first.handle());
  co_await loop_job();
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
// Given to the pool by its handle, or by the variable that holds it.
void by_hand(pool &workers) {
  auto work = []() -> coro::task<void> {
    sleep(1);
    co_return;
  };
  auto task = work();
  workers->resume(task.handle());
  coro::sync_wait(std::move(task));
}
coro::task<void> kept_job() {
  sleep(1);
  co_return;
}
void by_variable(pool &workers) {
  coro::task<void> task = kept_job();
  workers->spawn_detached(std::move(task));
}
