// for: cppcoro
// Coroutines that move between an io_service and a pool.
#include <lib.h>
#include <unistd.h>

// --- Warn -----------------------------------------------------------------------------------------------------------

cppcoro::task<> there_and_back(cppcoro::static_thread_pool &pool, cppcoro::io_service &io) {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await pool.schedule();
  sleep(1);
  co_await io.schedule();
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await pool.schedule();
  co_await io.schedule_after(std::chrono::seconds(1));
  sleep(1); // warn: blocking-call "'sleep' blocks"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cppcoro::task<> job() {
  sleep(1);
  co_return;
}
cppcoro::task<> starts(cppcoro::static_thread_pool &pool) { co_await schedule_on(pool, job()); }
