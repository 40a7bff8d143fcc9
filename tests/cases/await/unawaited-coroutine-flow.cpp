// for: flow
// A Flow coroutine lives as long as its futures.
#include <lib.h>

Future<Void> watch(Future<Void> trigger);
Future<Void> watchForEver(Uncancellable, Future<Void> trigger);

// --- Warn -----------------------------------------------------------------------------------------------------------

Future<Void> drops(Future<Void> trigger) {
  watch(trigger);       // warn: unawaited-coroutine "'watch()' is never awaited"
  (void)watch(trigger); // warn: unawaited-coroutine "'watch()' is cast to void"
  delay(1);             // warn: unawaited-coroutine "'delay()'"
  co_return Void();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

Future<Void> keeps(Future<Void> trigger) {
  co_await watch(trigger);
  Future<Void> kept = watch(trigger);
  watchForEver(Uncancellable(), trigger);
  co_await kept;
  co_await kept;
  co_return Void();
}
