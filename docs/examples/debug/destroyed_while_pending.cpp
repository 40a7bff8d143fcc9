// A loop that ends takes its tasks with it.
#include <coroguard/runtime.hpp>

using coroguard::coro;

coro<void> flushes_later() { co_await coroguard::sleep(coroguard::seconds(60)); }

coro<void> session(coroguard::task<void>& flushing) {
  flushing = coroguard::create_task(flushes_later());
  co_await coroguard::sleep(coroguard::seconds(0));
}

int main() {
  coroguard::event_loop loop;
  loop.set_debug(true);
  coroguard::task<void> flushing;
  loop.run_until_complete(session(flushing));
}
