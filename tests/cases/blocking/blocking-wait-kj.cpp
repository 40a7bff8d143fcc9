// for: kj
// wait() belongs to the top level of a thread.
#include <lib.h>
#include <unistd.h>

kj::Promise<int> read();

// --- Warn -----------------------------------------------------------------------------------------------------------

kj::Promise<void> in_coroutine(kj::WaitScope &scope, const kj::Executor &other) {
  int n = read().wait(scope);   // warn: blocking-wait "'kj::Promise::wait'"
  other.executeSync([] {});     // warn: blocking-wait "'kj::Executor::executeSync'"
  co_return;
}
kj::Promise<void> in_continuation() {
  return read().then([](int) { sleep(1); }); // warn: blocking-call "'sleep' blocks"
}
kj::Promise<void> elsewhere(const kj::Executor &other) {
  return other.executeAsync([] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

int top_level(kj::WaitScope &scope) { return read().wait(scope); }
void on_thread() {
  kj::Thread thread([] { sleep(1); });
}
kj::Promise<int> in_fiber() {
  return kj::startFiber(65536, [](kj::WaitScope &scope) { return read().wait(scope); });
}
