// for: libcoro
#include <lib.h>

coro::task<void> job();

// --- Warn -----------------------------------------------------------------------------------------------------------

coro::task<void> ends_a_pool() {
  auto pool = coro::thread_pool::make_unique(); // warn: blocking-destructor "'pool'"
  co_await job();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

std::unique_ptr<coro::thread_pool> kept;
coro::task<void> keeps_a_pool() {
  auto pool = coro::thread_pool::make_unique();
  kept = std::move(pool);
  co_await job();
}
int main() { auto pool = coro::thread_pool::make_unique(); }
