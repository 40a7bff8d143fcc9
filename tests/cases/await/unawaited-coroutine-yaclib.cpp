// for: yaclib
// Lazy tasks and eager futures; Detach says that nobody wants the result.
#include <lib.h>

yaclib::Task<int> step();
yaclib::Future<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

yaclib::Future<int> drops(yaclib::FairThreadPool &pool) {
  step();           // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  count();          // warn: unawaited-coroutine "'count()' is never awaited"
  yaclib::On(pool); // warn: unawaited-coroutine "'yaclib::On()'"
  co_return 1;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

yaclib::Future<int> awaits(yaclib::FairThreadPool &pool) {
  co_await step();
  co_await count();
  co_await yaclib::On(pool);
  step().Detach();
  count().Detach();
  yaclib::Run(pool, [] { return 1; }).Detach();
  co_return 1;
}
