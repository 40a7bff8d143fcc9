// for: stdexec
// Tasks; senders have no types that anybody could name.
#include <lib.h>

stdexec::task<void> step();
exec::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

exec::task<void> drops() {
  step();        // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  count();       // warn: unawaited-coroutine "'count()' is never awaited"
  (void)count(); // warn: unawaited-coroutine "'count()' is cast to void"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

exec::task<void> awaits() {
  co_await step();
  (void)co_await count();
}

int main() { return stdexec::sync_wait(count()); }
