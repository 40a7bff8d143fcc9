// for: cppcoro
#include <lib.h>

cppcoro::task<int> count();
int helper() { return cppcoro::sync_wait(count()); }

// --- Warn -----------------------------------------------------------------------------------------------------------

cppcoro::task<int> waits() {
  int n = cppcoro::sync_wait(count()); // warn: blocking-wait "'cppcoro::sync_wait'"
  n += helper();                       // warn: blocking-wait "'helper'"
  co_return n;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cppcoro::task<int> on_pool(cppcoro::static_thread_pool &pool) {
  co_await pool.schedule();
  co_return cppcoro::sync_wait(count());
}
int main() { return helper() + cppcoro::sync_wait(count()); }
