// for: bcos
// Lazy tasks, started by the function objects wait and syncWait.
#include <lib.h>

task::Task<void> submit();
task::Task<int> status();

// --- Warn -----------------------------------------------------------------------------------------------------------

task::Task<void> drops() {
  submit();       // warn: unawaited-coroutine "'submit()' is never awaited; the coroutine body does not run"
  (void)status(); // warn: unawaited-coroutine "'status()' is cast to void"
  co_return;
}
void in_plain_function() {
  submit(); // warn: unawaited-coroutine "'submit()'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

task::Task<void> awaits() {
  co_await submit();
  co_await status();
}
void starts() {
  task::wait(submit());
  task::wait([]() -> task::Task<void> { co_await submit(); }());
  int s = task::syncWait(status());
}
