// for: cppcoro
#include <lib.h>
#include <mutex>

// --- Warn -----------------------------------------------------------------------------------------------------------

void signals(std::mutex &mutex, cppcoro::async_manual_reset_event &event) {
  std::lock_guard guard(mutex);
  event.set(); // warn: resume-under-lock "'cppcoro::async_manual_reset_event::set'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

void signals_after(std::mutex &mutex, cppcoro::async_manual_reset_event &event) {
  {
    std::lock_guard guard(mutex);
  }
  event.set();
}
