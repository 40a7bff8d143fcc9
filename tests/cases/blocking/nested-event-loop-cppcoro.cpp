// for: cppcoro
#include <lib.h>

// --- Warn -----------------------------------------------------------------------------------------------------------

cppcoro::task<> nests(cppcoro::io_service &io) {
  io.process_events(); // warn: nested-event-loop "'cppcoro::io_service::process_events'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

int main() {
  cppcoro::io_service io;
  io.process_events();
}
void begins_with_it(cppcoro::io_service &io) {
  cppcoro::sync_wait([&]() -> cppcoro::task<> {
    io.process_events();
    co_return;
  }());
}
