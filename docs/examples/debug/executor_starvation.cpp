// All threads of a pool wait for work that waits for a thread of the pool.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <thread>

using coroguard::coro;

coro<void> serve() {
  coroguard::thread_pool_executor pool(1);
  auto& loop = coroguard::get_running_loop();
  const auto slow = loop.run_in_executor(&pool, [] { std::this_thread::sleep_for(std::chrono::seconds(2)); });
  const auto waits = loop.run_in_executor(&pool, [] {});
  co_await slow;
  co_await waits;
}

int main() { coroguard::run(serve(), {.debug = true}); }
