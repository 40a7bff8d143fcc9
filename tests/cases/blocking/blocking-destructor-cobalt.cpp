// for: cobalt
#include <lib.h>
#include <utility>

namespace cobalt = boost::cobalt;
cobalt::thread worker();

// --- Warn -----------------------------------------------------------------------------------------------------------

cobalt::promise<void> stops() {
  auto thread = worker(); // warn: blocking-destructor "'thread'" // warn: dropped-task-handle "'thread'"
  co_return;
}

cobalt::promise<void> awaits_it_twice() {
  auto thread = worker();
  co_await thread;
  co_await thread; // warn: awaited-twice "'thread' is awaited a second time"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cobalt::promise<void> moves_it_into_the_await() {
  auto thread = worker();
  co_await std::move(thread);
}
cobalt::promise<void> detaches() {
  auto thread = worker();
  thread.detach();
  co_return;
}
cobalt::promise<void> awaits() {
  auto thread = worker();
  co_await thread;
}
cobalt::promise<void> joins() {
  auto thread = worker();
  thread.join();          // warn: blocking-call "'boost::cobalt::thread::join'"
  co_return;
}
cobalt::promise<void> joins_if_joinable() {
  auto thread = worker();
  if (thread.joinable()) thread.join(); // warn: blocking-call "'boost::cobalt::thread::join'"
  co_return;
}
