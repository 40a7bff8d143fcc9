// The rows of rows.hpp with coroguard's runtime, as its users write it.
#include <coroguard/loop/event_loop.hpp>
#include <coroguard/task/gather.hpp>
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task.hpp>
#include <ranges>

#include "rows.hpp"

namespace {

using coroguard::coro;
using coroguard::event_loop;
using coroguard::future;
using coroguard::task;

// Runs what is ready.
void run_ready(event_loop& loop) {
  loop.stop();
  loop.run_forever();
}

// ---- callbacks -------------------------------------------------------------------------------------------------------

void post_and_run(benchmark::State& state, int count) {
  event_loop loop;
  std::int64_t called = 0;
  for (auto _ : state) {
    for (int i = 0; i < count; ++i) loop.call_soon([&called] { ++called; });
    run_ready(loop);
  }
  if (called != static_cast<std::int64_t>(state.iterations()) * count) state.SkipWithError("callbacks are missing");
  bench::per_operation(state, count);
}
BENCHMARK_CAPTURE(post_and_run, one, 1)->Name(row::post_one);
BENCHMARK_CAPTURE(post_and_run, batch, bench::batch)->Name(row::post_batch);

struct again {
  event_loop& loop;
  int& left;
  void operator()() const {
    if (--left == 0)
      loop.stop();
    else
      loop.call_soon(*this);
  }
};

void callback_turn(benchmark::State& state) {
  event_loop loop;
  for (auto _ : state) {
    int left = bench::batch;
    loop.call_soon(again{loop, left});
    loop.run_forever();
  }
  bench::per_operation(state, bench::batch);
}
BENCHMARK(callback_turn)->Name(row::callback_turn);

// ---- coroutines ------------------------------------------------------------------------------------------------------

void run(coro<void> body) {
  event_loop loop;
  loop.run_until_complete(std::move(body));
}

coro<void> yields(benchmark::State& state) {
  for (auto _ : state) co_await coroguard::sleep(coroguard::seconds(0));
  bench::per_operation(state, 1);
}
void coroutine_turn(benchmark::State& state) { run(yields(state)); }
BENCHMARK(coroutine_turn)->Name(row::coroutine_turn);

coro<int> leaf() { co_return 1; }

coro<void> awaits_leaf(benchmark::State& state) {
  for (auto _ : state) {
    int got = co_await leaf();
    benchmark::DoNotOptimize(got);
  }
  bench::per_operation(state, 1);
}
void leaf_await(benchmark::State& state) { run(awaits_leaf(state)); }
BENCHMARK(leaf_await)->Name(row::leaf_await);

coro<int> chain(int depth) {
  if (depth == 0) co_return 0;
  const int below = co_await chain(depth - 1);
  co_return below + 1;
}
coro<void> awaits_chain(benchmark::State& state) {
  for (auto _ : state) {
    int got = co_await chain(bench::batch - 1);
    benchmark::DoNotOptimize(got);
  }
  bench::per_operation(state, bench::batch);
}
void deep_chain(benchmark::State& state) { run(awaits_chain(state)); }
BENCHMARK(deep_chain)->Name(row::deep_chain);

coro<int> fib(int n) {
  if (n < 2) co_return n;
  const int one = co_await fib(n - 1);
  const int other = co_await fib(n - 2);
  co_return one + other;
}
coro<void> awaits_fib(benchmark::State& state) {
  for (auto _ : state) {
    int got = co_await fib(25);
    if (got != 75025) state.SkipWithError("fib(25) is 75025");
  }
  bench::per_operation(state, bench::fib_calls);
}
void fib_recursion(benchmark::State& state) { run(awaits_fib(state)); }
BENCHMARK(fib_recursion)->Name(row::fib);

coro<void> spawns_and_joins(benchmark::State& state) {
  for (auto _ : state) {
    task<int> spawned = coroguard::create_task(leaf());
    int got = co_await spawned;
    benchmark::DoNotOptimize(got);
  }
  bench::per_operation(state, 1);
}
void spawn_join(benchmark::State& state) { run(spawns_and_joins(state)); }
BENCHMARK(spawn_join)->Name(row::spawn_join);

coro<void> gathers(benchmark::State& state) {
  auto leaves = std::views::iota(0, bench::batch) | std::views::transform([](int) { return leaf(); });
  for (auto _ : state) {
    std::vector<int> got = co_await coroguard::gather(leaves);
    if (got.size() != bench::batch || got.back() != 1) state.SkipWithError("results are missing");
  }
  bench::per_operation(state, bench::batch);
}
void gather(benchmark::State& state) { run(gathers(state)); }
BENCHMARK(gather)->Name(row::gather);

// ---- timers ----------------------------------------------------------------------------------------------------------

using timers = std::vector<coroguard::timer_handle>;

void insert(event_loop& loop, const std::vector<int>& delays, timers& made) {
  for (int delay : delays) made.push_back(loop.call_later(std::chrono::milliseconds(delay), [] {}));
}

void timer_insert(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 60000);
  event_loop loop;
  timers made;
  made.reserve(delays.size());
  for (auto _ : state) {
    bench::measure(state, [&] { insert(loop, delays, made); });
    for (auto& timer : made) timer.cancel();
    made.clear();
    run_ready(loop);
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_insert)->Name(row::timer_insert)->UseManualTime()->Iterations(bench::timer_rounds);

void timer_fire(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 5000);
  event_loop loop;
  for (auto _ : state) {
    int left = bench::timer_count;
    for (int delay : delays) loop.call_later(std::chrono::microseconds(delay), [&left] { --left; });
    std::this_thread::sleep_for(std::chrono::milliseconds(6));
    bench::measure(state, [&] { run_ready(loop); });
    if (left != 0) state.SkipWithError("timers are missing");
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_fire)->Name(row::timer_fire)->UseManualTime()->Iterations(bench::timer_rounds);

void timer_cancel(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 60000);
  event_loop loop;
  for (auto _ : state) {
    timers made;
    insert(loop, delays, made);
    bench::measure(state, [&] {
      for (auto& timer : made) timer.cancel();
      run_ready(loop);  // the timers leave
    });
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_cancel)->Name(row::timer_cancel)->UseManualTime()->Iterations(bench::timer_rounds);

// ---- threads ---------------------------------------------------------------------------------------------------------

void posts_from(benchmark::State& state, int threads) {
  event_loop loop;
  int left = 0;
  bench::posters posters(threads, [&](int count) {
    for (int i = 0; i < count; ++i)
      loop.call_soon_threadsafe([&] {
        if (--left == 0) loop.stop();
      });
  });
  bench::bursts bursts(state);
  for (auto _ : state) {
    left = bench::posts;
    bursts.measure([&] {
      posters.release();
      loop.run_forever();
    });
  }
}
BENCHMARK_CAPTURE(posts_from, one, 1)->Name(row::posts_from_1)->UseManualTime()->Iterations(bench::post_rounds);
BENCHMARK_CAPTURE(posts_from, two, 2)->Name(row::posts_from_2)->UseManualTime()->Iterations(bench::post_rounds);
BENCHMARK_CAPTURE(posts_from, four, 4)->Name(row::posts_from_4)->UseManualTime()->Iterations(bench::post_rounds);

// ---- memory ----------------------------------------------------------------------------------------------------------

coro<void> waits_for(future<void> event) { co_await event; }
coro<void> sleeps() { co_await coroguard::sleep(std::chrono::hours(1)); }

// Leaves with the tasks still waiting: the loop's destructor would report each of them.
template <class Make>
void task_memory(benchmark::State& state, std::int64_t tasks, Make make) {
  for (auto _ : state) {
    auto& loop = *new event_loop;
    run_ready(loop);
    const future<void> event = loop.create_future<void>();
    const double before = bench::memory(tasks);
    for (std::int64_t i = 0; i < tasks; ++i) static_cast<void>(loop.create_task(make(event)));
    run_ready(loop);
    bench::report_memory(state, before, tasks);
  }
}
void event_memory(benchmark::State& state, std::int64_t tasks) { task_memory(state, tasks, waits_for); }
void sleep_memory(benchmark::State& state, std::int64_t tasks) {
  task_memory(state, tasks, [](const future<void>&) { return sleeps(); });
}
BENCHMARK_CAPTURE(event_memory, few, 1000)->Name(row::event_memory)->Iterations(1);
BENCHMARK_CAPTURE(sleep_memory, few, 1000)->Name(row::sleep_memory)->Iterations(1);
BENCHMARK_CAPTURE(event_memory, many, 1000000)->Name(row::event_memory_million)->Iterations(1);
BENCHMARK_CAPTURE(sleep_memory, many, 1000000)->Name(row::sleep_memory_million)->Iterations(1);

}  // namespace

BENCH_MAIN()
