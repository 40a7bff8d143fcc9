// Tasks begin without being awaited; gather collects the results of all, the errors too when it is told so.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using coroguard::coro;

// Stands for a request to a slow server.
coro<std::string> call_api(std::string_view what, coroguard::seconds delay) {
  std::cout << "get " << what << "\n";
  co_await coroguard::sleep(delay);
  if (what == "weather") throw std::runtime_error("503 Service Unavailable");
  co_return "the " + std::string(what);
}

void print(const coroguard::outcome<std::string>& answer) {
  try {
    const std::string& text = answer.value();
    std::cout << "got " << text << "\n";
  } catch (const std::exception& error) {
    std::cout << "failed: " << error.what() << "\n";
  }
}

coro<void> call_three() {
  // A task runs from the next turn of the loop on, whoever waits for it.
  const coroguard::task<std::string> news = coroguard::create_task(call_api("news", 200ms));
  std::cout << "nothing has begun\n";

  const auto [first, second, third] =
      co_await coroguard::gather(coroguard::return_exceptions, news, call_api("weather", 50ms), call_api("prices", 100ms));
  print(first);
  print(second);
  print(third);
}

int main() { coroguard::run(call_three()); }
