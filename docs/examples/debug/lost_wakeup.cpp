// The only one who could have completed the future forgot it.
#include <coroguard/runtime.hpp>

using coroguard::coro;

coro<void> waits_for_reply() { co_await coroguard::get_running_loop().create_future<void>(); }

coro<void> client() {
  const auto waiting = coroguard::create_task(waits_for_reply());
  co_await coroguard::sleep(coroguard::seconds(1.5));
  waiting.cancel();
}

int main() { coroguard::run(client(), {.debug = true}); }
