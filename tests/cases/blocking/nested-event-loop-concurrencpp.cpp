// for: concurrencpp
#include <lib.h>

using namespace concurrencpp;

// --- Warn -----------------------------------------------------------------------------------------------------------

result<void> nests(std::shared_ptr<manual_executor> loop) {
  loop->loop(10); // warn: nested-event-loop "'concurrencpp::manual_executor::loop'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

void frame(std::shared_ptr<manual_executor> loop) { loop->loop(10); }
