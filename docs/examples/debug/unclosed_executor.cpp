// The loop is gone, the threads of its executor still work.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <thread>

int main() {
  coroguard::event_loop loop;
  loop.set_debug(true);
  auto work = loop.run_in_executor(nullptr, [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); });
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
  loop.close();  // without: co_await shutdown_default_executor()
}
