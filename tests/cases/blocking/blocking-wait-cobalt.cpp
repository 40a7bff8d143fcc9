// for: cobalt
#include <lib.h>

namespace cobalt = boost::cobalt;
cobalt::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

cobalt::promise<int> waits() {
  co_return cobalt::run(count()); // warn: blocking-wait "'boost::cobalt::run'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cobalt::promise<int> awaits() { co_return co_await count(); }
int main() { return cobalt::run(count()); }
