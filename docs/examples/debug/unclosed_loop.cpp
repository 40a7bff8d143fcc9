// A loop that nobody destroys.
#include <coroguard/runtime.hpp>

int main() {
  auto* const loop = new coroguard::event_loop;
  loop->set_debug(true);
  loop->call_soon([loop] { loop->stop(); });
  loop->run_forever();
}
