// for: yaclib
#include <lib.h>
#include <unistd.h>

yaclib::Future<int> count();

yaclib::Future<int> in_coroutine(yaclib::FairThreadPool &pool) {
  int n = count().Get(); // warn: blocking-wait "'yaclib::FutureBase::Get'"
  sleep(1);              // warn: blocking-call "'sleep' blocks"
  co_await yaclib::On(pool);
  sleep(1);
  co_return n;
}
int plain() { return count().Get(); }
void on_pool(yaclib::FairThreadPool &pool) {
  yaclib::Run(pool, [] {
    sleep(1);
    return 1;
  }).Detach();
}
