// for: flow
#include <lib.h>

Future<Void> in_coroutine(ThreadFuture<int> other) {
  threadSleep(1);      // warn: blocking-call "'threadSleep' blocks"
  other.getBlocking(); // warn: blocking-wait "'ThreadFuture::getBlocking'"
  co_await delay(1);
  co_return Void();
}
void on_network_thread() {
  onMainThreadVoid([] { threadSleep(1); }); // warn: blocking-call "'threadSleep' blocks"
}
void plain() { threadSleep(1); }
