// for: concurrencpp
#include <lib.h>

using namespace concurrencpp;
result<void> step();

// --- Warn -----------------------------------------------------------------------------------------------------------

result<void> holds_nothing(async_lock &mutex, std::shared_ptr<executor> here) {
  auto lock = mutex.lock(here); // warn: guard-is-task "'concurrencpp::async_lock::lock"
  co_await step();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

result<void> holds(async_lock &mutex, std::shared_ptr<executor> here) {
  auto lock = co_await mutex.lock(here);
  co_await step();
}
