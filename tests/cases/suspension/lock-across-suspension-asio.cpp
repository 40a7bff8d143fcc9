// Asio's questions to the coroutine itself never suspend, which their types say and skipped bodies cannot.
// for: asio
#include <lib.h>
#include <mutex>

std::mutex m;
thread_local int counter;
asio::awaitable<void> work();

asio::awaitable<void> suspends() {
  std::lock_guard g(m);
  co_await work(); // warn: lock-across-suspension "'g' holds 'm'"
}
asio::awaitable<void> asks_and_suspends() {
  std::lock_guard g(m);
  auto executor = co_await asio::this_coro::executor;
  co_await work(); // warn: lock-across-suspension "'g' holds 'm'"
}
asio::awaitable<void> refers() {
  int &own = counter;
  co_await work();
  ++own; // warn: thread-local-across-suspension "'own'"
}

asio::awaitable<void> only_asks() { std::lock_guard g(m); auto executor = co_await asio::this_coro::executor; }
asio::awaitable<void> only_sets() { std::lock_guard g(m); co_await asio::this_coro::throw_if_cancelled(false); }
asio::awaitable<void> stays_here() {
  int &own = counter;
  auto executor = co_await asio::this_coro::executor;
  ++own;
}
