// for: seastar
// The lock that nobody took.
#include <lib.h>

// --- Warn -----------------------------------------------------------------------------------------------------------

ss::future<> forgets(ss::semaphore &limit) {
  auto units = ss::get_units(limit, 1); // warn: guard-is-task "units"
  co_await ss::sleep(std::chrono::milliseconds(1));
}
ss::future<> in_statement(ss::semaphore &limit) {
  [[maybe_unused]] auto units = ss::get_units(limit, 1); // warn: guard-is-task "units"
  co_return;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

ss::future<> takes(ss::semaphore &limit) {
  auto units = co_await ss::get_units(limit, 1);
  co_await ss::sleep(std::chrono::milliseconds(1));
}
ss::future<> takes_later(ss::semaphore &limit) {
  auto future = ss::get_units(limit, 1);
  auto units = co_await std::move(future);
}
ss::future<> takes_in_chain(ss::semaphore &limit) {
  return ss::get_units(limit, 1).then([](auto units) {});
}
