// for: yaclib
#include <lib.h>
#include <unistd.h>

yaclib::Future<int> count();

yaclib::Task<int> step();

yaclib::Future<int> in_coroutine(yaclib::FairThreadPool &pool) {
  int n = step().Get(); // warn: blocking-wait "'yaclib::Task::Get'"
  auto future = count();
  yaclib::Wait(future); // warn: blocking-wait "'yaclib::Wait'"
  sleep(1);             // warn: blocking-call "'sleep' blocks"
  co_await yaclib::On(pool);
  sleep(1);
  co_return n;
}
// Silent: awaited before; in a plain function; on the pool.
yaclib::Future<int> awaited() {
  auto future = count();
  co_await yaclib::Await(future);
  co_return std::move(future).Get();
}
int plain() { return step().Get(); }
void on_pool(yaclib::FairThreadPool &pool) {
  yaclib::Run(pool, [] {
    sleep(1);
    return 1;
  }).Detach();
}
