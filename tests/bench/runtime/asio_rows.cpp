// The rows of rows.hpp with Asio: standalone, or Boost's with WITH_BOOST. As somebody writes it who wants it fast: for one
// thread, io_context(1), as its manual advises, and the executor's own type instead of any_io_executor, which costs a
// coroutine's turn up to twice the time and a task a third of its memory. Not ASIO_CONCURRENCY_HINT_UNSAFE or
// ASIO_DISABLE_THREADS: then no other thread may post, which it may with all loops here.
#ifdef WITH_BOOST
#include <boost/asio.hpp>
namespace asio = boost::asio;
using error_code = boost::system::error_code;
#else
#include <asio.hpp>
using error_code = asio::error_code;
#endif

#include <memory>
#include <optional>

#include "rows.hpp"

namespace {

using asio::io_context;
using executor = io_context::executor_type;
template <class T>
using awaitable = asio::awaitable<T, executor>;
using steady = std::chrono::steady_clock;
using steady_timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;
constexpr asio::use_awaitable_t<executor> use_awaitable;

void run_ready(io_context& context) {
  context.restart();
  context.run();
}

// ---- callbacks -------------------------------------------------------------------------------------------------------

void post_and_run(benchmark::State& state, int count) {
  io_context context(1);
  std::int64_t called = 0;
  for (auto _ : state) {
    for (int i = 0; i < count; ++i) asio::post(context, [&called] { ++called; });
    run_ready(context);
  }
  if (called != static_cast<std::int64_t>(state.iterations()) * count) state.SkipWithError("callbacks are missing");
  bench::per_operation(state, count);
}
BENCHMARK_CAPTURE(post_and_run, one, 1)->Name(row::post_one);
BENCHMARK_CAPTURE(post_and_run, batch, bench::batch)->Name(row::post_batch);

struct again {
  io_context& context;
  int& left;
  void operator()() const {
    if (--left != 0) asio::post(context, *this);
  }
};

void callback_turn(benchmark::State& state) {
  io_context context(1);
  for (auto _ : state) {
    int left = bench::batch;
    asio::post(context, again{context, left});
    run_ready(context);
  }
  bench::per_operation(state, bench::batch);
}
BENCHMARK(callback_turn)->Name(row::callback_turn);

// ---- coroutines ------------------------------------------------------------------------------------------------------

void run(benchmark::State& state, awaitable<void> (*body)(benchmark::State&)) {
  io_context context(1);
  asio::co_spawn(context, body(state), asio::detached);
  context.run();
}

awaitable<void> yields(benchmark::State& state) {
  for (auto _ : state) co_await asio::post(use_awaitable);
  bench::per_operation(state, 1);
}
void coroutine_turn(benchmark::State& state) { run(state, yields); }
BENCHMARK(coroutine_turn)->Name(row::coroutine_turn);

awaitable<int> leaf() { co_return 1; }

awaitable<void> awaits_leaf(benchmark::State& state) {
  for (auto _ : state) {
    int got = co_await leaf();
    benchmark::DoNotOptimize(got);
  }
  bench::per_operation(state, 1);
}
void leaf_await(benchmark::State& state) { run(state, awaits_leaf); }
BENCHMARK(leaf_await)->Name(row::leaf_await);

awaitable<int> chain(int depth) {
  if (depth == 0) co_return 0;
  const int below = co_await chain(depth - 1);
  co_return below + 1;
}
awaitable<void> awaits_chain(benchmark::State& state) {
  for (auto _ : state) {
    int got = co_await chain(bench::batch - 1);
    benchmark::DoNotOptimize(got);
  }
  bench::per_operation(state, bench::batch);
}
void deep_chain(benchmark::State& state) { run(state, awaits_chain); }
BENCHMARK(deep_chain)->Name(row::deep_chain);

awaitable<int> fib(int n) {
  if (n < 2) co_return n;
  const int one = co_await fib(n - 1);
  const int other = co_await fib(n - 2);
  co_return one + other;
}
awaitable<void> awaits_fib(benchmark::State& state) {
  for (auto _ : state) {
    int got = co_await fib(25);
    if (got != 75025) state.SkipWithError("fib(25) is 75025");
  }
  bench::per_operation(state, bench::fib_calls);
}
void fib_recursion(benchmark::State& state) { run(state, awaits_fib); }
BENCHMARK(fib_recursion)->Name(row::fib);

awaitable<void> spawns_and_joins(benchmark::State& state) {
  const auto here = co_await asio::this_coro::executor;
  for (auto _ : state) {
    int got = co_await asio::co_spawn(here, leaf(), use_awaitable);
    benchmark::DoNotOptimize(got);
  }
  bench::per_operation(state, 1);
}
void spawn_join(benchmark::State& state) { run(state, spawns_and_joins); }
BENCHMARK(spawn_join)->Name(row::spawn_join);

// All results, in order, when the last task is done. experimental::make_parallel_group takes a range only since Asio 1.24,
// and is slower than this.
auto gather_leaves(executor where, int count) {
  return asio::async_initiate<const asio::use_awaitable_t<executor>, void(std::vector<int>)>(
      [where, count](auto handler) {
        struct group {
          decltype(handler) done;
          std::vector<int> results;
          int left;
        };
        auto shared = std::make_shared<group>(group{std::move(handler), std::vector<int>(count), count});
        for (int i = 0; i < count; ++i)
          asio::co_spawn(where, leaf(), [shared, i](std::exception_ptr, int result) {
            shared->results[i] = result;
            if (--shared->left == 0) std::move(shared->done)(std::move(shared->results));
          });
      },
      use_awaitable);
}
awaitable<void> gathers(benchmark::State& state) {
  const auto here = co_await asio::this_coro::executor;
  for (auto _ : state) {
    std::vector<int> got = co_await gather_leaves(here, bench::batch);
    if (got.size() != bench::batch || got.back() != 1) state.SkipWithError("results are missing");
  }
  bench::per_operation(state, bench::batch);
}
void gather(benchmark::State& state) { run(state, gathers); }
BENCHMARK(gather)->Name(row::gather);

// ---- timers ----------------------------------------------------------------------------------------------------------

// The timers exist: only starting them counts.
std::vector<steady_timer> make_timers(io_context& context) {
  std::vector<steady_timer> made;
  made.reserve(bench::timer_count);
  for (int i = 0; i < bench::timer_count; ++i) made.emplace_back(context);
  return made;
}

template <class Handler>
void insert(std::vector<steady_timer>& timers, const std::vector<int>& delays, std::chrono::microseconds unit,
            Handler handler) {
  for (std::size_t i = 0; i < timers.size(); ++i) {
    timers[i].expires_after(delays[i] * unit);
    timers[i].async_wait(handler);
  }
}

void timer_insert(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 60000);
  io_context context(1);
  auto timers = make_timers(context);
  for (auto _ : state) {
    bench::measure(state,
                   [&] { insert(timers, delays, std::chrono::milliseconds(1), [](const error_code&) {}); });
    for (auto& timer : timers) timer.cancel();
    run_ready(context);
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_insert)->Name(row::timer_insert)->UseManualTime()->Iterations(bench::timer_rounds);

void timer_fire(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 5000);
  io_context context(1);
  auto timers = make_timers(context);
  for (auto _ : state) {
    int left = bench::timer_count;
    insert(timers, delays, std::chrono::microseconds(1), [&left](const error_code&) { --left; });
    std::this_thread::sleep_for(std::chrono::milliseconds(6));
    bench::measure(state, [&] { run_ready(context); });
    if (left != 0) state.SkipWithError("timers are missing");
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_fire)->Name(row::timer_fire)->UseManualTime()->Iterations(bench::timer_rounds);

void timer_cancel(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 60000);
  io_context context(1);
  auto timers = make_timers(context);
  for (auto _ : state) {
    insert(timers, delays, std::chrono::milliseconds(1), [](const error_code&) {});
    bench::measure(state, [&] {
      for (auto& timer : timers) timer.cancel();
      run_ready(context);  // the handlers hear of it
    });
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_cancel)->Name(row::timer_cancel)->UseManualTime()->Iterations(bench::timer_rounds);

// ---- threads ---------------------------------------------------------------------------------------------------------

void posts_from(benchmark::State& state, int threads) {
  io_context context(1);
  const auto stays = asio::make_work_guard(context);
  int left = 0;
  bench::posters posters(threads, [&](int count) {
    for (int i = 0; i < count; ++i)
      asio::post(context, [&] {
        if (--left == 0) context.stop();
      });
  });
  bench::bursts bursts(state);
  for (auto _ : state) {
    left = bench::posts;
    bursts.measure([&] {
      posters.release();
      run_ready(context);
    });
  }
}
BENCHMARK_CAPTURE(posts_from, one, 1)->Name(row::posts_from_1)->UseManualTime()->Iterations(bench::post_rounds);
BENCHMARK_CAPTURE(posts_from, two, 2)->Name(row::posts_from_2)->UseManualTime()->Iterations(bench::post_rounds);
BENCHMARK_CAPTURE(posts_from, four, 4)->Name(row::posts_from_4)->UseManualTime()->Iterations(bench::post_rounds);

// ---- memory ----------------------------------------------------------------------------------------------------------

// Asio has no future to wait for: a timer that never expires, and is cancelled to wake everybody, is its usual event.
awaitable<void> waits_for(steady_timer& event) { co_await event.async_wait(use_awaitable); }
awaitable<void> sleeps() {
  steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
  co_await timer.async_wait(use_awaitable);
}

// Leaves with the tasks still waiting, like the others.
template <class Make>
void task_memory(benchmark::State& state, std::int64_t tasks, Make make) {
  for (auto _ : state) {
    auto& context = *new io_context(1);
    auto& event = *new steady_timer(context, steady_timer::time_point::max());
    context.poll();
    context.restart();
    const double before = bench::memory(tasks);
    for (std::int64_t i = 0; i < tasks; ++i) asio::co_spawn(context, make(event), asio::detached);
    context.poll();
    bench::report_memory(state, before, tasks);
  }
}
void event_memory(benchmark::State& state, std::int64_t tasks) { task_memory(state, tasks, waits_for); }
void sleep_memory(benchmark::State& state, std::int64_t tasks) {
  task_memory(state, tasks, [](steady_timer&) { return sleeps(); });
}
BENCHMARK_CAPTURE(event_memory, few, 1000)->Name(row::event_memory)->Iterations(1);
BENCHMARK_CAPTURE(sleep_memory, few, 1000)->Name(row::sleep_memory)->Iterations(1);
BENCHMARK_CAPTURE(event_memory, many, 1000000)->Name(row::event_memory_million)->Iterations(1);
BENCHMARK_CAPTURE(sleep_memory, many, 1000000)->Name(row::sleep_memory_million)->Iterations(1);

}  // namespace

BENCH_MAIN()
