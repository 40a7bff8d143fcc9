// In the steady state the machine itself allocates nothing: call_soon of a coroutine handle, and co_await of a coroutine
// whose frame the pool has. Counted by replacing the global operator new, which sanitizers need for themselves.
#include "stress/small_stack.hpp"

#if !COROGUARD_ADDRESS_SANITIZER && !COROGUARD_THREAD_SANITIZER

#include <atomic>
#include <chrono>
#include <coroguard/loop/virtual_time.hpp>
#include <coroguard/task/sleep.hpp>
#include <cstdlib>
#include <new>

namespace {
std::atomic<long> allocations{0};
}

// The other forms of new and delete end in these.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace coroguard {
namespace {

// How many allocations `function()` makes the second time.
template <class F>
long allocations_of(F function) {
  function();
  const long before = allocations.load();
  function();
  return allocations.load() - before;
}

struct ticking {
  struct promise_type {
    ticking get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> frame;
};

// Puts itself into the ready queue `times` times, and stops the loop.
ticking tick(event_loop& loop, int times, std::coroutine_handle<>& self) {
  for (int i = 0; i < times; ++i) {
    loop.call_soon(self);
    co_await std::suspend_always();
  }
  loop.stop();
}

TEST(allocation, none_for_a_coroutine_handle) {
  event_loop loop(virtual_time());
  std::coroutine_handle<> self;
  const ticking counts = tick(loop, 10'000, self);
  self = counts.frame;
  const long before = allocations.load();
  loop.call_soon(self);
  loop.run_forever();
  EXPECT_LE(allocations.load() - before, 8);  // blocks that the pool had not yet
  counts.frame.destroy();
}

coro<int> leaf(int value) { co_return value; }

coro<long> inner(int times) {
  long sum = 0;
  for (int i = 0; i < times; ++i) sum += co_await leaf(i);
  co_return sum;
}

coro<void> twice(long& counted) {
  co_await inner(10'000);
  const long before = allocations.load();
  co_await inner(10'000);
  counted = allocations.load() - before;
}

TEST(allocation, none_for_an_awaited_coroutine) {
  event_loop loop(virtual_time());
  long counted = -1;
  loop.run_until_complete(twice(counted));
  EXPECT_EQ(counted, 0);
}

coro<void> yield_often(long& counted) {
  for (int i = 0; i < 100; ++i) co_await yield_once();
  const long before = allocations.load();
  for (int i = 0; i < 10'000; ++i) co_await yield_once();
  counted = allocations.load() - before;
}

TEST(allocation, none_for_a_step_of_a_task) {
  event_loop loop(virtual_time());
  long counted = -1;
  loop.run_until_complete(yield_often(counted));
  EXPECT_EQ(counted, 0);
}

coro<void> sleep_often(long& counted) {
  for (int i = 0; i < 100; ++i) co_await sleep(seconds(1));
  const long before = allocations.load();
  for (int i = 0; i < 10'000; ++i) co_await sleep(seconds(1));
  counted = allocations.load() - before;
}

// Frame, future and timer come from the pool.
TEST(allocation, none_for_sleep) {
  event_loop loop(virtual_time());
  long counted = -1;
  loop.run_until_complete(sleep_often(counted));
  EXPECT_EQ(counted, 0);
}

coro<void> make_tasks(long& counted) {
  for (int i = 0; i < 100; ++i) co_await create_task(leaf(i));
  const long before = allocations.load();
  for (int i = 0; i < 10'000; ++i) co_await create_task(leaf(i));
  counted = allocations.load() - before;
}

TEST(allocation, none_for_a_task) {
  event_loop loop(virtual_time());
  long counted = -1;
  loop.run_until_complete(make_tasks(counted));
  EXPECT_EQ(counted, 0);
}

TEST(allocation, none_for_a_callback) {
  event_loop loop(virtual_time());
  int calls = 0;
  const auto round = [&] {
    for (int i = 0; i < 1'000; ++i) loop.call_soon([&] { ++calls; });
    for (int i = 0; i < 100; ++i) loop.call_later(seconds(1), [&] { ++calls; }).cancel();
    loop.stop();
    loop.run_forever();
  };
  EXPECT_EQ(allocations_of(round), 0);
  EXPECT_EQ(calls, 2'000);
}

}  // namespace
}  // namespace coroguard

#endif
