// for: libunifex
// A task goes where the scheduler is that it awaits.
#include <lib.h>
#include <unistd.h>

// --- Warn -----------------------------------------------------------------------------------------------------------

unifex::task<void> moves(unifex::static_thread_pool &pool, unifex::manual_event_loop &loop) {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await unifex::schedule(pool.get_scheduler());
  sleep(1);
  co_await unifex::schedule(loop.get_scheduler());
  sleep(1); // warn: blocking-call "'sleep' blocks"
}
