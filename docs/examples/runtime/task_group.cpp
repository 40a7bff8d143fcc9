// Tasks that end together: leaving the group waits for its children, and one that fails cancels the others.
#include <coroguard/runtime.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string_view>

using namespace std::chrono_literals;
using coroguard::coro;
using coroguard::task_group;

coro<void> work(std::string_view name, coroguard::seconds delay) {
  std::cout << name << " begins\n";
  co_await coroguard::sleep(delay);
  std::cout << name << " ends\n";
}

coro<void> fail() {
  co_await coroguard::sleep(50ms);
  throw std::runtime_error("no disk space");
}

coro<void> work_forever() {
  try {
    co_await coroguard::sleep(1h);
  } catch (const coroguard::cancelled_error&) {
    std::cout << "cancelled: the other child failed\n";
    throw;  // a cancellation is not an error to be handled, only noticed
  }
}

coro<void> two_groups() {
  co_await coroguard::with(task_group(), [](task_group& group) -> coro<void> {
    group.create_task(work("first", 200ms));
    group.create_task(work("second", 50ms));
    std::cout << "two children\n";
    co_return;
  });
  std::cout << "both have ended\n";

  try {
    co_await coroguard::with(task_group(), [](task_group& group) -> coro<void> {
      group.create_task(work_forever());
      group.create_task(fail());
      co_return;
    });
  } catch (const coroguard::exception_group& errors) {
    std::cout << errors.what() << "\n";
  }
}

int main() { coroguard::run(two_groups()); }
