// for: runtime
// Waiting with the thread where the task could wait.
#include <lib.h>

using namespace std::chrono_literals;
namespace cg = coroguard;

cg::coro<void> step();
int compute();
void use(int);

// --- Warn -----------------------------------------------------------------------------------------------------------

cg::coro<void> waits(cg::thread_pool_executor &pool) {
  auto answer = pool.submit(compute);
  use(answer.result()); // warn: blocking-wait "result'"
  co_await step();
}

cg::coro<void> waits_for_any(std::vector<cg::concurrent_future<int>> answers) {
  cg::concurrent::wait(answers); // warn: blocking-wait "'coroguard::concurrent::wait'"
  co_await step();
}

cg::coro<void> waits_for_the_next(cg::thread_pool_executor &pool, std::vector<int> sizes) {
  auto results = pool.map([](int size) { return size; }, sizes);
  while (auto result = results.next()) use(*result); // warn: blocking-wait "next"
  co_await step();
}

cg::coro<void> iterates(cg::thread_pool_executor &pool, std::vector<int> sizes, std::vector<cg::concurrent_future<int>> answers) {
  for (int result : pool.map([](int size) { return size; }, sizes)) use(result); // warn: blocking-wait "begin"
  for (auto answer : cg::concurrent::as_completed(answers)) use(answer.cancelled()); // warn: blocking-wait "begin"
  co_await step();
}

cg::coro<void> joins(cg::thread_pool_executor &pool) {
  co_await step();
  pool.shutdown(); // warn: blocking-call "shutdown'"
}

cg::coro<void> owns_a_pool() {
  cg::thread_pool_executor pool(2); // warn: blocking-destructor "pool"
  co_await cg::wrap_future(pool.submit(compute));
}

// --- Silent ---------------------------------------------------------------------------------------------------------

cg::coro<void> lets_threads_wait(cg::thread_pool_executor &pool) {
  use(co_await cg::wrap_future(pool.submit(compute)));
  use(co_await cg::to_thread(compute));
  co_await cg::to_thread([&pool] { pool.shutdown(); });
}

cg::coro<void> asks_first(cg::concurrent_future<int> answer) {
  if (answer.done()) use(answer.result());
  co_await step();
}

cg::coro<void> does_not_join(cg::thread_pool_executor &pool) {
  co_await step();
  pool.shutdown(false);
}

// No loop runs here.
void in_a_thread(cg::event_loop &loop) {
  cg::run_coroutine_threadsafe(step(), loop).result();
}
