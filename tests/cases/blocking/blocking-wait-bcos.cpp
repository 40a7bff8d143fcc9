// for: bcos
#include <lib.h>

task::Task<int> status();

task::Task<void> in_coroutine() {
  int s = task::syncWait(status()); // warn: blocking-wait "'bcos::task::syncWait'"
  co_return;
}
int plain() { return task::syncWait(status()); }
