// for: stdexec
#include <lib.h>

exec::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

exec::task<int> waits() {
  co_return stdexec::sync_wait(count()); // warn: blocking-wait "'stdexec::sync_wait'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

exec::task<int> awaits() { co_return co_await count(); }
int main() { return stdexec::sync_wait(count()); }
