// for: cobalt
#include <lib.h>
#include <utility>

namespace cobalt = boost::cobalt;
cobalt::promise<void> begun();
cobalt::task<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

cobalt::promise<void> loses() {
  auto kept = begun(); // warn: dropped-task-handle "'begun()'"
  auto task = count(); // warn: unawaited-variable "'count()'"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cobalt::promise<void> uses() {
  auto kept = begun();
  auto task = count();
  co_await join(kept, task);
  auto background = begun();
  +std::move(background);
  auto let_go = begun();
  let_go.detach();
}
