// What each program measures: the names of the rows, their sizes, and the clocks. The same for everyone.
//
// A row's time is the CPU time per operation, of all threads that take part, so that other work on the machine weighs
// little. Memory rows count bytes.
#pragma once

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

namespace row {

inline constexpr char post_one[] = "post + run, one at a time";
inline constexpr char post_batch[] = "post + run, 1000 at a time";
inline constexpr char callback_turn[] = "loop turn, callback";
inline constexpr char coroutine_turn[] = "loop turn, coroutine";
inline constexpr char leaf_await[] = "leaf await";
inline constexpr char deep_chain[] = "await chain, 1000 deep";
inline constexpr char fib[] = "fib 25, recursive";
inline constexpr char spawn_join[] = "spawn + join";
inline constexpr char gather[] = "gather of 1000";
inline constexpr char timer_insert[] = "timer insert";
inline constexpr char timer_fire[] = "timer fire";
inline constexpr char timer_cancel[] = "timer cancel";
inline constexpr char posts_from_1[] = "posts from 1 thread";
inline constexpr char posts_from_2[] = "posts from 2 threads";
inline constexpr char posts_from_4[] = "posts from 4 threads";
inline constexpr char event_memory[] = "bytes per task of 1000, event";
inline constexpr char sleep_memory[] = "bytes per task of 1000, sleep";
inline constexpr char event_memory_million[] = "bytes per task of 1000000, event";
inline constexpr char sleep_memory_million[] = "bytes per task of 1000000, sleep";

}  // namespace row

namespace bench {

inline constexpr int batch = 1000;        // callbacks, frames of a chain, tasks of a gather
inline constexpr int timer_count = 10000;
inline constexpr int timer_rounds = 12;   // fixed: firing has to wait for the timers' time
inline constexpr int posts = 4000;        // in one burst, of all threads together
inline constexpr int post_rounds = 200;
inline constexpr int fib_calls = 242785;  // of fib(25)

// With BENCH_COUNT_ALLOCATIONS in the environment: how often the process asked for memory. Rows say how often per operation;
// what a row needs to begin is counted too, and weighs nothing after many operations.
inline const bool counts_allocations = std::getenv("BENCH_COUNT_ALLOCATIONS") != nullptr;
inline std::atomic<std::int64_t> allocations{0};
inline std::int64_t allocations_before = 0;

inline void note_allocation() noexcept {
  if (counts_allocations) [[unlikely]]
    allocations.fetch_add(1, std::memory_order_relaxed);
}

inline void report_allocations(benchmark::State& state, std::int64_t operations) {
  const std::int64_t now = allocations.load();
  if (counts_allocations)
    state.counters["allocations"] = static_cast<double>(now - allocations_before) / static_cast<double>(operations);
  allocations_before = allocations.load();
}

inline void per_operation(benchmark::State& state, std::int64_t operations) {
  const std::int64_t all = static_cast<std::int64_t>(state.iterations()) * operations;
  state.SetItemsProcessed(all);
  report_allocations(state, all);
}

inline double seconds_on(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Runs `work` and counts the CPU time that it took as one iteration.
template <class Work>
void measure(benchmark::State& state, Work work) {
  const double before = seconds_on(CLOCK_THREAD_CPUTIME_ID);
  work();
  state.SetIterationTime(seconds_on(CLOCK_THREAD_CPUTIME_ID) - before);
}

// Measures what several threads do together, by the CPU time of all, as bursts of which the median counts. What a clock on
// the wall shows would tell more, on a machine that does nothing else.
class bursts {
public:
  explicit bursts(benchmark::State& state) : state_(state) {}
  template <class Work>
  void measure(Work work) {
    const double before = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    work();
    took_.push_back(seconds_on(CLOCK_PROCESS_CPUTIME_ID) - before);
    state_.SetIterationTime(took_.back());
  }
  ~bursts() {
    std::ranges::nth_element(took_, took_.begin() + took_.size() / 2);
    state_.counters["ns"] = took_[took_.size() / 2] * 1e9 / posts;
    report_allocations(state_, static_cast<std::int64_t>(took_.size()) * posts);
  }

private:
  benchmark::State& state_;
  std::vector<double> took_;
};

// Spread out, and the same for everyone: `count` numbers below `limit`.
inline std::vector<int> spread(int count, int limit) {
  std::vector<int> numbers;
  std::uint32_t state = 12345;
  for (int i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    numbers.push_back(static_cast<int>((state >> 8) % static_cast<std::uint32_t>(limit)));
  }
  return numbers;
}

// Threads that wait for release() and then all call `post(count)`, which together makes a burst of `posts`.
class posters {
public:
  template <class Post>
  posters(int threads, Post post) {
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this, threads, post] {
        for (int burst = 0;; ++burst) {
          released_.wait(burst);
          if (ended_.load()) return;
          post(posts / threads);
        }
      });
  }
  void release() {
    released_.fetch_add(1);
    released_.notify_all();
  }
  ~posters() {
    ended_.store(true);
    release();
    for (std::thread& thread : threads_) thread.join();
  }

private:
  std::atomic<int> released_{0};
  std::atomic<bool> ended_{false};
  std::vector<std::thread> threads_;
};

// Bytes that the process got from malloc and has not given back.
inline double allocated() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// Bytes of memory that the process occupies.
inline double resident() {
  long pages = 0;
  long resident_pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident_pages) != 2) resident_pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// A thousand tasks are counted in malloc's books, a million in what the process occupies.
inline double memory(std::int64_t tasks) { return tasks < 100000 ? allocated() : resident(); }

inline void report_memory(benchmark::State& state, double before, std::int64_t tasks) {
  state.counters["bytes"] = (memory(tasks) - before) / static_cast<double>(tasks);
}

// With BENCH_IDLE_THREAD in the environment the process has a second thread, which does nothing. The C library, std::shared_ptr
// and others take shortcuts in processes of one thread: without it they are measured too.
inline void start_idle_thread() {
  if (std::getenv("BENCH_IDLE_THREAD") != nullptr) std::thread([] { pause(); }).detach();
}

}  // namespace bench

// Each program is one file. Asio asks aligned_alloc.
void* operator new(std::size_t size) {
  bench::note_allocation();
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  bench::note_allocation();
  return memalign(alignment, size);
}

#define BENCH_MAIN()                         \
  int main(int argc, char** argv) {          \
    benchmark::Initialize(&argc, argv);      \
    bench::start_idle_thread();              \
    benchmark::RunSpecifiedBenchmarks();     \
  }
