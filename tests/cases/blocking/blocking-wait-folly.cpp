// for: folly
// blockingWait is a function object; a pool's threads may wait.
#include <lib.h>
#include <unistd.h>
#include <utility>

folly::coro::Task<int> count();
folly::SemiFuture<int> request();

// --- Warn -----------------------------------------------------------------------------------------------------------

folly::coro::Task<void> in_coroutine(folly::EventBase *loop) {
  int n = folly::coro::blockingWait(count()); // warn: blocking-wait "'folly::coro::blockingWait'"
  n = request().get();                        // warn: blocking-wait "'folly::SemiFuture::get'"
  loop->runInEventBaseThreadAndWait([] {});   // warn: blocking-wait "runInEventBaseThreadAndWait'"
  folly::Baton done;
  done.wait(); // warn: blocking-call "'folly::Baton::wait'"
  co_return;
}
void on_loop(folly::EventBase *loop) {
  loop->runInEventBaseThread([] {
    int n = request().get(); // warn: blocking-wait "'folly::SemiFuture::get'"
    sleep(1);                // warn: blocking-call "'sleep' blocks"
  });
}
folly::coro::Task<void> nested(folly::EventBase *loop) {
  loop->loopForever(); // warn: nested-event-loop "loopForever'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

int plain() { return folly::coro::blockingWait(count()); }
folly::coro::Task<void> awaits() {
  int n = co_await count();
  n = co_await request();
}
folly::coro::Task<void> job() {
  sleep(1);
  co_return;
}
folly::coro::Task<void> on_pool(folly::CPUThreadPoolExecutor &pool) {
  pool.add([] { sleep(1); });
  co_await co_withExecutor(&pool, job());
  folly::via(&pool, [] {
    sleep(1);
    return 1;
  });
}
folly::coro::Task<void> ready() {
  auto f = request();
  if (f.isReady()) int n = std::move(f).get();
  co_return;
}

// --- Known imperfections --------------------------------------------------------------------------------------------

// wait() leaves the result where it is.
int waits_first() {
  auto f = request();
  f.wait();
  return std::move(f).get();
}
