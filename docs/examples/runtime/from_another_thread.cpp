// A loop belongs to one thread. Another one hands it a coroutine and gets a future to block on.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;
using coroguard::coro;

coro<double> divide(double dividend, double divisor) {
  co_await coroguard::sleep(10ms);
  if (divisor == 0) throw std::domain_error("division by zero");
  co_return dividend / divisor;
}

// Runs in a thread without a loop: here blocking is right.
void use_from_thread(coroguard::event_loop& loop) {
  const coroguard::concurrent_future<double> quotient = coroguard::run_coroutine_threadsafe(divide(84, 2), loop);
  std::cout << "84 / 2 = " << quotient.result() << "\n";

  try {
    coroguard::run_coroutine_threadsafe(divide(1, 0), loop).result();
  } catch (const std::domain_error& error) {
    std::cout << "1 / 0: " << error.what() << "\n";
  }

  const auto endless = coroguard::run_coroutine_threadsafe(coroguard::sleep(1h), loop);
  try {
    endless.result(10ms);
  } catch (const coroguard::timeout_error&) {
    endless.cancel();  // cancels the task on the loop
    std::cout << "gave up waiting\n";
  }
}

// to_thread keeps the loop free: it goes on while the thread blocks.
coro<void> serve() { co_await coroguard::to_thread(use_from_thread, std::ref(coroguard::get_running_loop())); }

int main() { coroguard::run(serve()); }
