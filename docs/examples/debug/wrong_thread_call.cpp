// A worker thread completes a future of the loop: the loop is not woken, and its queue may be torn.
#include <coroguard/runtime.hpp>

#include <pthread.h>

#include <thread>

using coroguard::coro;

coro<void> waits_for_worker() {
  const auto result = coroguard::get_running_loop().create_future<int>();
  std::thread worker([result] {
    pthread_setname_np(pthread_self(), "worker");
    try {
      result.set_result(42);
    } catch (const coroguard::runtime_error&) {  // which the report has told already
    }
  });
  co_await coroguard::sleep(coroguard::seconds(0.1));
  worker.join();
  result.cancel();
}

int main() { coroguard::run(waits_for_worker(), {.debug = true}); }
