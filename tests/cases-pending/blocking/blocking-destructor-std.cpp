// for: std
#include <fstream>
#include <future>
#include <lib.h>
#include <thread>

task<> step();
int compute();

// --- Warn -----------------------------------------------------------------------------------------------------------

task<> joins() {
  std::jthread worker([] {}); // warn: blocking-destructor "'worker'"
  co_await step();
}
task<> drops_the_future() {
  std::async(std::launch::async, compute); // warn: blocking-destructor "std::future"
  co_await step();
}
task<> keeps_the_future() {
  auto result = std::async(compute); // warn: blocking-destructor "'result'"
  co_await step();
}

// --- Silent ---------------------------------------------------------------------------------------------------------

task<> of_a_promise(std::promise<int> &promise) {
  auto result = promise.get_future();
  co_await step();
}
task<> detached() {
  std::jthread worker([] {});
  worker.detach();
  co_await step();
}
