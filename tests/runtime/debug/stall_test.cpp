// Real stalls of a real loop: reported while they last, with where they are, and called by their names.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <resolv.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <coroguard/task/runner.hpp>
#include <coroguard/task/sleep.hpp>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "debug/captured_reports.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;
using way_to_stall = std::function<void()>;

constexpr std::chrono::milliseconds limit = 20ms;
constexpr std::chrono::milliseconds lasts = 100ms;

coro<void> stalls(const way_to_stall& how) {
  get_running_loop().set_slow_callback_duration(limit);
  co_await sleep(0s);
  how();
}
coro<void> middle(const way_to_stall& how) { co_await stalls(how); }
coro<void> outermost(const way_to_stall& how) { co_await middle(how); }

// The reports of one stall in a task of three coroutines.
std::vector<report> reports_of(const way_to_stall& how) {
  captured_reports reports;
  run(outermost(how), {.debug = true});
  return reports.take();
}

bool took_so(const report& one, std::string_view what) {
  return std::ranges::any_of(one.notes, [&](const std::string& note) { return note.starts_with(what); });
}

// How many of `rounds` stalls were called `what` when they had ended.
int times_called(std::string_view what, int rounds, const way_to_stall& how) {
  int right = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<report> found = reports_of(how);
    if (!found.empty() && took_so(found.back(), what))
      ++right;
    else
      for (const report& one : found) std::fprintf(stderr, "%s\n", report_text(one).c_str());
  }
  return right;
}

void spin(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

// The watchdog's thread, which the first loop starts, begins with reading the symbols of the program.
class stall : public ::testing::Test {
protected:
  static void SetUpTestSuite() { reports_of([] { std::this_thread::sleep_for(1s); }); }
};

TEST_F(stall, is_reported_while_it_lasts_with_both_stacks) {
  const std::vector<report> found = reports_of([] { std::this_thread::sleep_for(lasts); });
  ASSERT_GE(found.size(), 2u);
  const report& during = found.front();
  EXPECT_EQ(during.rule, "slow-callback");
  EXPECT_NE(during.message.find("has taken"), std::string::npos) << during.message;
  EXPECT_NE(during.message.find("coro=<outermost() at "), std::string::npos) << during.message;
  EXPECT_GE(during.duration, limit);
  EXPECT_LT(during.duration, lasts);
  EXPECT_TRUE(took_so(during, "blocked in the kernel (clock_nanosleep)")) << report_text(during);
  const auto has = [&](std::string_view function) {
    return std::ranges::any_of(during.native_stack, [&](const native_frame& frame) {
      return frame.function.find(function) != std::string::npos && !frame.module.empty() && frame.offset != 0;
    });
  };
  EXPECT_TRUE(has("nanosleep")) << report_text(during);
  EXPECT_TRUE(has("stalls(")) << report_text(during);
  ASSERT_EQ(during.await_chain.size(), 3u);
  EXPECT_EQ(function_name(during.await_chain[0].function), "stalls");
  EXPECT_EQ(function_name(during.await_chain[1].function), "middle");
  EXPECT_EQ(function_name(during.await_chain[2].function), "outermost");
  EXPECT_EQ(during.await_chain[1].at.line(), 39u);

  const report& after = found.back();
  EXPECT_NE(after.message.find("took 0.1"), std::string::npos) << after.message;
  EXPECT_GE(after.duration, lasts);
  EXPECT_EQ(after.task, during.task);
}

TEST_F(stall, reports_come_at_doubled_distances) {
  const std::vector<report> found = reports_of([] { std::this_thread::sleep_for(300ms); });
  // 20, 40, 80, 160 ms, and the end; five at most on the way
  EXPECT_GE(found.size(), 4u);
  EXPECT_LE(found.size(), 6u);
}

TEST_F(stall, sleeping) {
  EXPECT_GE(times_called("blocked in the kernel (clock_nanosleep)", 20, [] { std::this_thread::sleep_for(lasts); }), 19);
}

TEST_F(stall, waiting_for_a_mutex) {
  EXPECT_GE(times_called("blocked in the kernel (futex)", 20,
                         [] {
                           std::mutex contended;
                           std::atomic<bool> held = false;
                           std::thread other([&] {
                             const std::scoped_lock lock(contended);
                             held = true;
                             std::this_thread::sleep_for(lasts);
                           });
                           while (!held) std::this_thread::yield();
                           { const std::scoped_lock lock(contended); }
                           other.join();
                         }),
            19);
}

TEST_F(stall, resolving_a_name) {
  // A resolver that does not answer.
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&here), size), 0);
  ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size), 0);
  const int right = times_called("blocked in the kernel (poll)", 1, [&] {
    ::res_init();
    _res.nscount = 1;
    _res.nsaddr_list[0] = here;
    _res.retrans = 1;
    _res.retry = 1;
    addrinfo* found = nullptr;
    if (::getaddrinfo("no.such.name.example", "80", nullptr, &found) == 0) ::freeaddrinfo(found);
  });
  ::close(socket);
  EXPECT_EQ(right, 1);
}

TEST_F(stall, computing) {
  EXPECT_GE(times_called("computing", 20, [] { spin(lasts); }), 19);
}

TEST_F(stall, touching_memory) {
  EXPECT_GE(times_called("page-faulting", 20,
                         [] {
                           constexpr std::size_t size = std::size_t{64} << 20;
                           const auto end = std::chrono::steady_clock::now() + lasts;
                           while (std::chrono::steady_clock::now() < end) {
                             void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                             ASSERT_NE(memory, MAP_FAILED);
                             ::madvise(memory, size, MADV_NOHUGEPAGE);
                             for (std::size_t at = 0; at < size; at += 4096) static_cast<volatile char*>(memory)[at] = 1;
                             ::munmap(memory, size);
                           }
                         }),
            19);
}

TEST_F(stall, preempted) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  const int processor = ::sched_getcpu();
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(processor), &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i)
    others.emplace_back([&] {
      while (!done) {
      }
    });
  const int right = times_called("preempted", 5, [] { spin(300ms); });
  done = true;
  for (std::thread& other : others) other.join();
  ::sched_setaffinity(0, sizeof before, &before);
  EXPECT_GE(right, 4);
}

TEST_F(stall, stopped_with_the_process) {
  EXPECT_GE(times_called("stopped", 5,
                         [] {
                           const pid_t stopped = ::getpid();
                           const pid_t child = ::fork();
                           if (child == 0) {
                             ::usleep(10'000);
                             ::kill(stopped, SIGSTOP);
                             ::usleep(300'000);
                             ::kill(stopped, SIGCONT);
                             ::_exit(0);
                           }
                           spin(100ms);
                           ::waitpid(child, nullptr, 0);
                         }),
            4);
}

TEST_F(stall, syncing_a_file) {
  char path[] = "/var/tmp/coroguard-stall-XXXXXX";
  const int file = ::mkstemp(path);
  ASSERT_GE(file, 0);
  ::unlink(path);
  const std::string block(1 << 20, 'x');
  const std::vector<report> found = reports_of([&] {
    const auto end = std::chrono::steady_clock::now() + 300ms;
    while (std::chrono::steady_clock::now() < end) {
      ASSERT_EQ(::pwrite(file, block.data(), block.size(), 0), static_cast<ssize_t>(block.size()));
      ASSERT_EQ(::fsync(file), 0);
    }
  });
  ::close(file);
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(took_so(found.back(), "blocked in the kernel")) << report_text(found.back());
}

}  // namespace
}  // namespace coroguard
