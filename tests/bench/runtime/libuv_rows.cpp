// The rows of rows.hpp that libuv has something for. It knows no coroutines.
//
// It has no post either. Closest on the loop's own thread is a uv_idle_t that stops itself when called; here they exist
// already, so nothing is allocated (a program that posts has to get and close one for each callback). From other threads:
// a queue of std::function under a mutex and uv_async_send, as its guide tells.
#include <uv.h>

#include <functional>
#include <memory>
#include <mutex>

#include "rows.hpp"

namespace {

// A loop that is closed with all its handles.
class scoped_loop {
public:
  scoped_loop() { uv_loop_init(&loop); }
  ~scoped_loop() {
    uv_walk(&loop, [](uv_handle_t* handle, void*) { uv_close(handle, nullptr); }, nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }
  uv_loop_t loop;
};

// ---- callbacks -------------------------------------------------------------------------------------------------------

void post_and_run(benchmark::State& state, int count) {
  std::vector<uv_idle_t> idles(count);
  scoped_loop scope;
  std::int64_t called = 0;
  for (uv_idle_t& idle : idles) {
    uv_idle_init(&scope.loop, &idle);
    idle.data = &called;
  }
  for (auto _ : state) {
    for (uv_idle_t& idle : idles)
      uv_idle_start(&idle, [](uv_idle_t* self) {
        ++*static_cast<std::int64_t*>(self->data);
        uv_idle_stop(self);
      });
    uv_run(&scope.loop, UV_RUN_NOWAIT);
  }
  if (called != static_cast<std::int64_t>(state.iterations()) * count) state.SkipWithError("callbacks are missing");
  bench::per_operation(state, count);
}
BENCHMARK_CAPTURE(post_and_run, one, 1)->Name(row::post_one);
BENCHMARK_CAPTURE(post_and_run, batch, bench::batch)->Name(row::post_batch);

// A uv_idle_t that goes on is called once in each turn.
void callback_turn(benchmark::State& state) {
  uv_idle_t idle;
  scoped_loop scope;
  int left = 0;
  uv_idle_init(&scope.loop, &idle);
  idle.data = &left;
  for (auto _ : state) {
    left = bench::batch;
    uv_idle_start(&idle, [](uv_idle_t* self) {
      if (--*static_cast<int*>(self->data) == 0) uv_idle_stop(self);
    });
    uv_run(&scope.loop, UV_RUN_DEFAULT);
  }
  bench::per_operation(state, bench::batch);
}
BENCHMARK(callback_turn)->Name(row::callback_turn);

// ---- timers ----------------------------------------------------------------------------------------------------------

// The timers exist: only starting them counts.
struct timers {
  explicit timers(uv_loop_t& loop, void* data = nullptr) : loop(loop), all(bench::timer_count) {
    for (uv_timer_t& timer : all) {
      uv_timer_init(&loop, &timer);
      timer.data = data;
    }
  }
  // What takes microseconds is rounded to milliseconds, which is what libuv's clock counts.
  void start(const std::vector<int>& delays, int per_millisecond, uv_timer_cb called) {
    for (std::size_t i = 0; i < all.size(); ++i)
      uv_timer_start(&all[i], called, static_cast<std::uint64_t>(delays[i] / per_millisecond), 0);
  }
  uv_loop_t& loop;
  std::vector<uv_timer_t> all;
};

// The handles have to outlive the loop that closes them.
struct loop_with_timers {
  explicit loop_with_timers(void* data = nullptr) : made(std::make_unique<scoped_loop>()), all(made->loop, data) {}
  ~loop_with_timers() { made.reset(); }
  std::unique_ptr<scoped_loop> made;
  timers all;
};

void timer_insert(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 60000);
  loop_with_timers scope;
  for (auto _ : state) {
    bench::measure(state, [&] { scope.all.start(delays, 1, [](uv_timer_t*) {}); });
    for (uv_timer_t& timer : scope.all.all) uv_timer_stop(&timer);
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_insert)->Name(row::timer_insert)->UseManualTime()->Iterations(bench::timer_rounds);

void timer_fire(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 5000);
  int left = 0;
  loop_with_timers scope(&left);
  for (auto _ : state) {
    left = bench::timer_count;
    scope.all.start(delays, 1000, [](uv_timer_t* self) { --*static_cast<int*>(self->data); });
    std::this_thread::sleep_for(std::chrono::milliseconds(6));
    bench::measure(state, [&] { uv_run(&scope.made->loop, UV_RUN_NOWAIT); });
    if (left != 0) state.SkipWithError("timers are missing");
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_fire)->Name(row::timer_fire)->UseManualTime()->Iterations(bench::timer_rounds);

void timer_cancel(benchmark::State& state) {
  const std::vector<int> delays = bench::spread(bench::timer_count, 60000);
  loop_with_timers scope;
  for (auto _ : state) {
    scope.all.start(delays, 1, [](uv_timer_t*) {});
    bench::measure(state, [&] {
      for (uv_timer_t& timer : scope.all.all) uv_timer_stop(&timer);
      uv_run(&scope.made->loop, UV_RUN_NOWAIT);
    });
  }
  bench::per_operation(state, bench::timer_count);
}
BENCHMARK(timer_cancel)->Name(row::timer_cancel)->UseManualTime()->Iterations(bench::timer_rounds);

// ---- threads ---------------------------------------------------------------------------------------------------------

struct inbox {
  uv_async_t async;
  std::mutex mutex;
  std::vector<std::function<void()>> waiting;
  std::vector<std::function<void()>> taken;

  void post(std::function<void()> work) {
    {
      const std::scoped_lock lock(mutex);
      waiting.push_back(std::move(work));
    }
    uv_async_send(&async);
  }
  void run() {
    {
      const std::scoped_lock lock(mutex);
      taken.swap(waiting);
    }
    for (auto& work : taken) work();
    taken.clear();
  }
};

void posts_from(benchmark::State& state, int threads) {
  inbox posted;
  scoped_loop scope;
  uv_async_init(&scope.loop, &posted.async, [](uv_async_t* self) { static_cast<inbox*>(self->data)->run(); });
  posted.async.data = &posted;
  int left = 0;
  bench::posters posters(threads, [&](int count) {
    for (int i = 0; i < count; ++i)
      posted.post([&] {
        if (--left == 0) uv_stop(&scope.loop);
      });
  });
  bench::bursts bursts(state);
  for (auto _ : state) {
    left = bench::posts;
    bursts.measure([&] {
      posters.release();
      uv_run(&scope.loop, UV_RUN_DEFAULT);
    });
  }
}
BENCHMARK_CAPTURE(posts_from, one, 1)->Name(row::posts_from_1)->UseManualTime()->Iterations(bench::post_rounds);
BENCHMARK_CAPTURE(posts_from, two, 2)->Name(row::posts_from_2)->UseManualTime()->Iterations(bench::post_rounds);
BENCHMARK_CAPTURE(posts_from, four, 4)->Name(row::posts_from_4)->UseManualTime()->Iterations(bench::post_rounds);

}  // namespace

BENCH_MAIN()
