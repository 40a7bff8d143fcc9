// for: libunifex
#include <lib.h>

unifex::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

unifex::task<int> waits() {
  co_return *unifex::sync_wait(count()); // warn: blocking-wait "'unifex::sync_wait'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

unifex::task<int> awaits() { co_return co_await count(); }
int main() { return *unifex::sync_wait(count()); }
