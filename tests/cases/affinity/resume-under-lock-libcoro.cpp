// for: libcoro
#include <lib.h>
#include <mutex>

// --- Warn -----------------------------------------------------------------------------------------------------------

void signals(std::mutex &mutex, coro::event &event) {
  std::scoped_lock guard(mutex);
  event.set(); // warn: resume-under-lock "'coro::event::set'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

void signals_on_a_pool(std::mutex &mutex, coro::event &event, std::unique_ptr<coro::thread_pool> &pool) {
  std::scoped_lock guard(mutex);
  event.set(pool);
}
