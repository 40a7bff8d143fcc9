// for: libunifex
// task is an alias of a nested class called type.
#include <lib.h>

unifex::task<void> step();
unifex::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

unifex::task<void> drops() {
  step();        // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  (void)count(); // warn: unawaited-coroutine "'count()' is cast to void"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

unifex::task<void> awaits() {
  co_await step();
  (void)co_await count();
}

int main() { return unifex::sync_wait(count()).value_or(0); }
