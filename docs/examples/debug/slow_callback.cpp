// A task that stops the loop, three coroutines deep and in another task than the one that waits for it.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <thread>

using coroguard::coro;

void read_configuration() { std::this_thread::sleep_for(std::chrono::milliseconds(350)); }

coro<void> handle_request() {
  co_await coroguard::sleep(coroguard::seconds(0));
  read_configuration();
}

coro<void> connection() { co_await handle_request(); }

coro<void> server() { co_await coroguard::create_task(connection()); }

int main() { coroguard::run(server(), {.debug = true}); }
