// for: cobalt
#include <lib.h>

namespace cobalt = boost::cobalt;
cobalt::thread worker();

// --- Warn -----------------------------------------------------------------------------------------------------------

cobalt::promise<void> stops() {
  auto thread = worker(); // warn: blocking-destructor "'thread'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cobalt::promise<void> detaches() {
  auto thread = worker();
  thread.detach();
  co_return;
}
