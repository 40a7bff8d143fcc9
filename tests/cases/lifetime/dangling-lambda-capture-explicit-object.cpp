// flags: -std=c++23
// Coroutine lambdas with an explicit object parameter: by value the frame has the closure, by reference it has not.
#include <string>
#include <task.h>
#include <utility>
#include <vector>

using mock::eager_task;
using mock::lazy_task;
lazy_task<> step();
void log(const std::string &);

struct session {
  void by_value() {
    tasks.push_back([this](this auto) -> lazy_task<> {
      co_await step();
      ++count;
    }());
  }
  void named(std::string text) {
    tasks.push_back([text](this auto self) -> lazy_task<> {
      co_await step();
      log(text);
    }());
  }
  void by_reference() {
    tasks.push_back([this](this auto &&) -> lazy_task<> { // warn: dangling-lambda-capture "'this'"
      co_await step();
      ++count;
    }());
  }
  void by_const_reference(std::string text) {
    tasks.push_back([text](this const auto &) -> lazy_task<> { // warn: dangling-lambda-capture "'text'"
      co_await step();
      log(text);
    }());
  }
  std::vector<lazy_task<>> tasks;
  int count = 0;
};
