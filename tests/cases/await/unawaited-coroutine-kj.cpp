// for: kj
// A promise owns its work: dropping it cancels.
#include <lib.h>

kj::Promise<void> write();
kj::Promise<int> read();

// --- Warn -----------------------------------------------------------------------------------------------------------

kj::Promise<void> drops(capnp::Request<int> request) {
  write();                    // warn: unawaited-coroutine "'write()' is never awaited"
  request.send();             // warn: unawaited-coroutine "'capnp::Request::send()' is never awaited"
  (void)write();              // warn: unawaited-coroutine "'write()' is cast to void"
  read().then([](int) {});    // warn: unawaited-coroutine "'kj::Promise::then()'"
  (void)write().eagerlyEvaluate([](kj::Exception) {}); // warn: dropped-task-handle "'kj::Promise::eagerlyEvaluate()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

kj::Promise<void> keeps(kj::TaskSet &tasks, capnp::Request<int> request) {
  co_await write();
  int n = co_await read();
  tasks.add(write());
  tasks.add(read().then([](int) {}));
  write().detach([](kj::Exception) {});
  auto response = co_await request.send();
  auto running = write().eagerlyEvaluate([](kj::Exception) {});
  co_await running;
}
void top_level(kj::WaitScope &scope) {
  write().wait(scope);
  int n = read().wait(scope);
}
