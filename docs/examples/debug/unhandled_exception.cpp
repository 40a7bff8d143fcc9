// A callback throws, and nobody is there to catch it.
#include <coroguard/runtime.hpp>

#include <stdexcept>

int main() {
  coroguard::event_loop loop;
  loop.set_debug(true);
  loop.call_soon([] { throw std::out_of_range("no such connection"); });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
}
