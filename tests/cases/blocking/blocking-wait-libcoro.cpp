// for: libcoro
#include <lib.h>

coro::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

coro::task<int> waits() {
  co_return coro::sync_wait(count()); // warn: blocking-wait "'coro::sync_wait'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

coro::task<int> awaits() { co_return co_await count(); }
int main() { return coro::sync_wait(awaits()); }
