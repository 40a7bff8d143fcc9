// Nothing is wrong here, and debug mode says nothing.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <thread>

using coroguard::coro;

coro<int> client(int number) {
  co_await coroguard::sleep(coroguard::seconds(0.01 * number));
  co_return number;
}

coro<void> serve() {
  auto& loop = coroguard::get_running_loop();
  co_await coroguard::gather(client(1), client(2), client(3));
  co_await loop.run_in_executor(nullptr, [] { std::this_thread::sleep_for(std::chrono::milliseconds(200)); });
}

int main() { coroguard::run(serve(), {.debug = true}); }
