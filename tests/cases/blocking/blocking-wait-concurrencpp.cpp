// for: concurrencpp
#include <lib.h>

using namespace concurrencpp;
result<int> begun();

// --- Warn -----------------------------------------------------------------------------------------------------------

result<int> waits(result<int> first, result<int> second, result<int> third) {
  int n = first.get();    // warn: blocking-wait "'concurrencpp::result::get'"
  n += begun().get();     // warn: blocking-wait "'concurrencpp::result::get'"
  second.wait();          // warn: blocking-wait "'concurrencpp::result::wait'"
  third.wait_for(std::chrono::seconds(1)); // warn: blocking-wait "wait_for'"
  co_return n;
}

// --- Silent ---------------------------------------------------------------------------------------------------------

result<int> awaits(result<int> first, result<int> second) {
  if (first.status() != result_status::idle) co_return first.get();
  co_return co_await second;
}
result<int> on_pool(std::shared_ptr<thread_pool_executor> pool) {
  co_await resume_on(pool);
  co_return begun().get();
}
int main() { return begun().get(); }

// --- Known imperfections --------------------------------------------------------------------------------------------

// wait() and wait_for() leave the result where it is.
result<int> asks_first(result<int> result) {
  result.wait_for(std::chrono::seconds(0));
  co_return co_await result;
}
int waits_first(result<int> result) {
  result.wait();
  return result.get();
}
