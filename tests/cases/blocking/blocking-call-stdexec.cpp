// for: stdexec
// Function objects: the scheduler is the argument of a call operator.
#include <lib.h>
#include <unistd.h>

// --- Warn -----------------------------------------------------------------------------------------------------------

exec::task<void> moves(exec::static_thread_pool &pool) {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await exec::reschedule_coroutine_on(pool.get_scheduler());
  sleep(1);
}
stdexec::task<void> stays() {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_return;
}
