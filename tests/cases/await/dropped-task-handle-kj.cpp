// for: kj
// A promise kept in a variable that dies is work that is cancelled.
#include <lib.h>

kj::Promise<void> write();
kj::Promise<int> read();

kj::Promise<void> cancels() {
  auto running = write(); // warn: dropped-task-handle "running"
  co_return;
}
kj::Promise<void> cancels_continuation() {
  auto running = read().then([](int) {}); // warn: dropped-task-handle "running"
  co_return;
}
kj::Promise<void> keeps(kj::TaskSet &tasks) {
  auto running = write();
  tasks.add(kj::Promise<void>(static_cast<kj::Promise<void> &&>(running)));
  co_return;
}
