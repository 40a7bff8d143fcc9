// Thousands of stalls that hardly last long enough to be captured, in the places where a signal handler may do least: inside the
// allocator, inside an unwinding, inside the loader, in the loop's own lists. What is to be seen is that the program ends.
//
// stall_storm [--runs N] [--seed S] [--seconds T]; the environment's STALLING_LIBRARY is not needed: CMake says where it is.
#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <coroguard/base/sanitizers.hpp>
#include <coroguard/future/future.hpp>
#include <coroguard/observe/report.hpp>
#include <coroguard/task/gather.hpp>
#include <coroguard/task/runner.hpp>
#include <coroguard/task/sleep.hpp>
#include <coroguard/task/task.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#define UNDER_SANITIZER (COROGUARD_ADDRESS_SANITIZER || COROGUARD_THREAD_SANITIZER)

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

void spin(std::chrono::microseconds time) {
  for (const auto end = clock_type::now() + time; clock_type::now() < end;) {
  }
}

// ---- an allocator with one lock, held for as long as a test wants ----------------------------------------------------

#if !UNDER_SANITIZER
pthread_mutex_t arena = PTHREAD_MUTEX_INITIALIZER;
thread_local std::chrono::microseconds next_allocation_takes{0};

void* allocate(std::size_t size) {
  ::pthread_mutex_lock(&arena);
  spin(std::exchange(next_allocation_takes, 0us));
  void* const memory = std::malloc(size);
  ::pthread_mutex_unlock(&arena);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void release(void* memory) {
  ::pthread_mutex_lock(&arena);
  std::free(memory);
  ::pthread_mutex_unlock(&arena);
}
#endif

}  // namespace

#if !UNDER_SANITIZER
void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
#endif

namespace {

using namespace coroguard;

using random_source = std::mt19937_64;

std::chrono::microseconds between(random_source& random, int least, int most) {
  return std::chrono::microseconds(std::uniform_int_distribution(least, most)(random));
}

// ---- the stalls ------------------------------------------------------------------------------------------------------

void sleeps(random_source& random) { std::this_thread::sleep_for(between(random, 900, 3000)); }

void calculates(random_source& random) { spin(between(random, 900, 3000)); }

void allocates_slowly(random_source& random) {
#if !UNDER_SANITIZER
  next_allocation_takes = between(random, 900, 3000);
#endif
  delete new std::string(100, 'x');
}

// Blocks that the allocator maps and gives back, and others at which it keeps several threads.
void allocates_much(random_source& random) {
  const auto end = clock_type::now() + between(random, 900, 3000);
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done) std::free(std::malloc(5000));
  });
  while (clock_type::now() < end) {
    void* const big = std::malloc(1 << 20);
    static_cast<volatile char*>(big)[4096] = 1;
    void* const small = std::malloc(3000);
    std::free(big);
    std::free(small);
  }
  done = true;
  other.join();
}

struct slow_to_die {
  std::chrono::microseconds time;
  ~slow_to_die() { spin(time); }
};

[[gnu::noinline]] void throws_through(int depth, std::chrono::microseconds each) {
  const slow_to_die dies{each};
  if (depth == 0) throw std::runtime_error("seen");
  throws_through(depth - 1, each);
}

void unwinds(random_source& random) {
  try {
    throws_through(5, between(random, 900, 3000) / 6);
  } catch (const std::runtime_error&) {
  }
}

// Most of the time in the unwinder itself.
void throws_often(random_source& random) {
  for (const auto end = clock_type::now() + between(random, 900, 3000); clock_type::now() < end;) {
    try {
      throws_through(20, 0us);
    } catch (const std::runtime_error&) {
    }
  }
}

void loads(random_source&) {
  void* const library = ::dlopen(STALLING_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", ::dlerror());
    std::abort();
  }
  ::dlclose(library);
}

void prints(random_source& random) {
  char text[200];
  for (const auto end = clock_type::now() + between(random, 900, 3000); clock_type::now() < end;)
    std::snprintf(text, sizeof text, "%d %f %s", 1, 2.5, "three");
}

// Futures and tasks that come and go, which a capture walks.
void changes_lists(random_source& random) {
  event_loop& loop = get_running_loop();
  for (const auto end = clock_type::now() + between(random, 900, 3000); clock_type::now() < end;) {
    future<void> one = loop.create_future<void>();
    for (int i = 0; i < 20; ++i) one.add_done_callback([](const future<void>&) {});
    one.cancel();
    loop.call_soon([] {}).cancel();
  }
}

coro<int> begins_and_ends(int depth) {
  if (depth == 0) co_return 1;
  co_return co_await begins_and_ends(depth - 1) + 1;
}
coro<void> changes_chain(std::chrono::microseconds time) {
  for (const auto end = clock_type::now() + time; clock_type::now() < end;) co_await begins_and_ends(6);
}

using stall = void (*)(random_source&);
constexpr std::array<stall, 9> kinds{sleeps, calculates, allocates_slowly, allocates_much, unwinds, throws_often, loads, prints, changes_lists};

coro<void> stalls_once(random_source& random) {
  co_await sleep(0s);
  const auto kind = std::uniform_int_distribution<std::size_t>(0, kinds.size())(random);
  if (kind == kinds.size())
    co_await changes_chain(between(random, 900, 3000));
  else
    kinds[kind](random);
}

// Destroyed frames, too: the stall is in a destructor of one of them.
coro<void> is_cancelled(random_source& random) {
  const slow_to_die dies{between(random, 900, 3000)};
  co_await sleep(3600s);
}

coro<void> run_once(random_source& random) {
  event_loop& loop = get_running_loop();
  loop.set_slow_callback_duration(between(random, 900, 1100));
  const task<void> one = loop.create_task(stalls_once(random));
  const task<void> cancelled = loop.create_task(is_cancelled(random));
  co_await sleep(0s);
  if (random() % 4 == 0) loop.set_debug(false);
  co_await one;
  if (random() % 4 == 0) loop.set_debug(true);
  if (random() % 4 == 0) co_await stalls_once(random);
  cancelled.cancel();
}

long argument(int count, char** values, const char* name, long otherwise) {
  for (int i = 1; i + 1 < count; ++i)
    if (std::strcmp(values[i], name) == 0) return std::strtol(values[i + 1], nullptr, 10);
  return otherwise;
}

}  // namespace

int main(int count, char** values) {
  const long runs = argument(count, values, "--runs", 300);
  const long seed = argument(count, values, "--seed", 1);
  const long seconds = argument(count, values, "--seconds", 0);  // 0: as long as it takes
  const auto end = clock_type::now() + std::chrono::seconds(seconds);
  static std::atomic<long> during = 0;
  static std::atomic<long> captured = 0;
  static std::atomic<long> after = 0;
  set_report_sink([](const report& one) {
    if (one.rule != "slow-callback") return;
    ++(one.message.find("so far") != std::string::npos ? during : after);
    if (!one.native_stack.empty()) ++captured;
    if (report_json(one).empty() || report_text(one).empty()) std::abort();
  });
  long run = 0;
  for (; run < runs && (seconds == 0 || clock_type::now() < end); ++run) {
    random_source random(static_cast<std::uint64_t>(seed + run));
    coroguard::run(run_once(random), {.debug = true});
  }
  flush_reports();
  std::printf("%ld runs from seed %ld: %ld reports of stalls that lasted, %ld with a stack, %ld of stalls that had ended\n", run, seed,
              during.load(), captured.load(), after.load());
  return captured.load() > 0 && after.load() > 0 ? 0 : 1;
}
