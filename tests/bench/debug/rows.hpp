// What each program measures: the names of the rows, and how a program is called. asyncio_rows.py does the same.
//
//   program --list                                 the names of its rows
//   program [OPTIONS] --seconds S ROW              nanoseconds per operation; about S seconds are spent
//   program [OPTIONS] --operations N ROW|all       the same with a given number, rounded up to whole batches
//   program [OPTIONS] --allocations N ROW          how often N operations ask for memory, after N others
//
// With --thread before the others the process has a second thread, which does nothing: reference counts are then atomic and the
// kernel counts the users of descriptors, as in every program with threads. Debug mode has a thread.
//
// Time is the CPU time of the process, the watchdog's thread included, so that other work on the machine weighs little.
#pragma once

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace bench {

inline constexpr char soon_batch[] = "call_soon, 1000 a turn";
inline constexpr char soon_one[] = "call_soon, one a turn";
inline constexpr char threadsafe[] = "call_soon_threadsafe, 10000 a turn";
inline constexpr char run_once[] = "a run of the loop, one callback";
inline constexpr char spawn_join[] = "task spawn + join";
inline constexpr char await_coroutine[] = "await of a coroutine";
inline constexpr char await_future[] = "await of a future";
inline constexpr char timers[] = "call_later, 1000 due";
inline constexpr char echo_pair[] = "echo round trip, socketpair";
inline constexpr char echo_tcp[] = "echo round trip, TCP on loopback";

inline constexpr std::int64_t batch = 1000;
inline constexpr int message_size = 64;

// Does so many operations. What it needs before is not measured: it calls `measured` with what is.
struct row {
  const char* name;
  void (*run)(std::int64_t operations);
};

inline bool debug = false;
inline double seconds_taken = 0;
inline std::atomic<std::int64_t> allocations{0};
inline std::int64_t allocations_measured = 0;

inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class Work>
void measured(Work work) {
  const std::int64_t allocations_before = allocations.load();
  const double before = cpu_seconds();
  work();
  seconds_taken = cpu_seconds() - before;
  allocations_measured = allocations.load() - allocations_before;
}

inline void require(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(what);
}

// Two connected descriptors, which do not block.
inline std::pair<int, int> connected_pair() {
  int ends[2];
  require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0, "socketpair");
  return {ends[0], ends[1]};
}
inline std::pair<int, int> connected_tcp() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  require(bind(listener, raw, size) == 0 && listen(listener, 1) == 0 && getsockname(listener, raw, &size) == 0, "listen");
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  require(connect(client, raw, size) == 0, "connect");
  const int server = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  require(server >= 0, "accept");
  close(listener);
  return {client, server};
}

// Linux charges the memory of messages to the process page by page. Where a message does not fit into what is left of a page, each
// takes a page and gives it back, which makes a round trip a sixth dearer; where that is depends on all that was taken before. So
// that no measure has the luck of one place, what is held changes all the time.
class held_memory {
public:
  ~held_memory() { release(); }
  void message_came() {
    if (++messages_ % 64 != 0) return;
    if (held_.size() == 36) release();  // about four pages
    held_.push_back(eventfd(0, EFD_CLOEXEC));
    require(held_.back() >= 0, "eventfd");
  }

private:
  void release() {
    for (const int one : held_) close(one);
    held_.clear();
  }
  std::int64_t messages_ = 0;
  std::vector<int> held_;
};

// When the timers of a batch are due: all in the past, in no order.
inline std::vector<int> microseconds_late() {
  std::vector<int> numbers;
  std::uint32_t state = 12345;
  for (int i = 0; i < batch; ++i) {
    state = state * 1664525u + 1013904223u;
    numbers.push_back(static_cast<int>((state >> 8) % 100000u));
  }
  return numbers;
}

inline double nanoseconds_each(const row& one, std::int64_t operations) {
  one.run(operations);
  return seconds_taken * 1e9 / static_cast<double>(operations);
}

// As many operations as take `seconds`, after some fewer.
inline double nanoseconds_each(const row& one, double seconds) {
  for (std::int64_t operations = batch;;) {
    const double each = nanoseconds_each(one, operations);
    if (seconds_taken >= seconds / 2) return each;
    operations = std::clamp(static_cast<std::int64_t>(seconds * 1e9 / (each + 1)), operations * 2, operations * 100) / batch * batch;
  }
}

inline std::int64_t extra_allocations(const row& one, std::int64_t operations) {
  one.run(operations);
  const std::int64_t few = allocations_measured;
  one.run(2 * operations);
  return allocations_measured - few;
}

inline int usage() {
  std::fputs("usage: [--thread] [--debug] --list | --seconds S ROW | --operations N ROW|all | --allocations N ROW\n", stderr);
  return 2;
}

inline int run(const std::vector<row>& rows, std::vector<std::string> words) {
  const auto has = [&words](const char* option) {
    const bool first = !words.empty() && words[0] == option;
    if (first) words.erase(words.begin());
    return first;
  };
  if (has("--thread")) std::thread([] { pause(); }).detach();
  debug = has("--debug");
  if (!words.empty() && words[0] == "--list") {
    for (const row& one : rows) std::puts(one.name);
    return 0;
  }
  if (words.size() != 3) return usage();
  bool found = false;
  for (const row& one : rows) {
    if (words[2] != "all" && words[2] != one.name) continue;
    found = true;
    if (words[0] == "--seconds") std::printf("%.3f\n", nanoseconds_each(one, std::stod(words[1])));
    else if (words[0] == "--operations") std::printf("%.3f\n", nanoseconds_each(one, std::int64_t{std::stoll(words[1])}));
    else if (words[0] == "--allocations") std::printf("%lld\n", static_cast<long long>(extra_allocations(one, std::stoll(words[1]))));
    else return usage();
  }
  return found ? 0 : usage();
}

}  // namespace bench

// Each program is one file.
void* operator new(std::size_t size) {
  bench::allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
