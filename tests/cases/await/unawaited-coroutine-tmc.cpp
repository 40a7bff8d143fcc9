// for: tmc
// Tasks, builders that must be used, and twins that must be awaited.
#include <lib.h>

tmc::task<void> step();

// --- Warn -----------------------------------------------------------------------------------------------------------

tmc::task<void> drops(tmc::ex_cpu &cpu, tmc::mutex &mutex) {
  step();                    // warn: unawaited-coroutine "'step()' is never awaited; the coroutine body does not run"
  tmc::spawn(step());        // warn: unawaited-coroutine "'tmc::spawn()'"
  tmc::resume_on(cpu);       // warn: unawaited-coroutine "'tmc::resume_on()'"
  mutex.lock_scope();        // warn: unawaited-coroutine "'tmc::mutex::lock_scope()'"
  mutex.co_unlock();         // warn: unawaited-coroutine "'tmc::mutex::co_unlock()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

tmc::task<void> awaits(tmc::ex_cpu &cpu, tmc::mutex &mutex) {
  co_await step();
  co_await tmc::spawn(step());
  tmc::spawn(step()).detach();
  auto forked = tmc::spawn(step()).fork();
  co_await std::move(forked);
  co_await tmc::resume_on(cpu);
  auto lock = co_await mutex.lock_scope();
  mutex.unlock();
  co_await mutex.co_unlock();
  tmc::post(cpu, step());
}
