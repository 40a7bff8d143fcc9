// Stalls of every kind are called by their names, 95 times of 100. COROGUARD_STALL_ROUNDS=100 measures it; each test prints its
// figures.
//
// A machine that has other work to do takes the processor away, and then a loop that calculates is rightly called preempted. So a
// round is also right when it is called what the kernel's own counters say it mostly was; rounds that really were what the test
// wants must be the most, or the test has proved nothing and says so.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

#include "debug/stalled_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

// While it lives, this thread gets more of a busy machine, if the system allows it: there is something to find out about it then.
class urgent {
public:
  urgent() { set(SCHED_RR, 1); }
  ~urgent() { set(SCHED_OTHER, 0); }
  urgent(const urgent&) = delete;

private:
  static void set(int policy, int priority) {
    const sched_param how{.sched_priority = priority};
    ::pthread_setschedparam(::pthread_self(), policy, &how);
  }
};

int rounds(int without_environment) {
  const char* const text = std::getenv("COROGUARD_STALL_ROUNDS");
  return text != nullptr ? std::atoi(text) : without_environment;
}

struct tally {
  int rounds = 0;
  int as_wanted = 0;     // said what the test wants, and it was so
  int as_preempted = 0;  // said so, and waiting for a processor was the most by the kernel's counters
  int as_computed = 0;   // the same with calculating, where it is not wanted
  int wrong = 0;
};

class stall_kinds : public ::testing::Test {
protected:
  // The threads that watch, which the first loop starts, begin with reading the symbols of the program.
  static void SetUpTestSuite() { reports_of([] { std::this_thread::sleep_for(300ms); }); }

  // `how` stalls once; `prepare` is called before, outside of the callback.
  void measure(std::string_view wanted, int count, const way_to_stall& how, const way_to_stall& prepare = [] {}) {
    for (int attempts = 0; figures.rounds < count && attempts < 4 * count; ++attempts) {
      prepare();
      own_time spent;
      const std::vector<report> found = reports_of([&] {
        const own_time before = own_time::now();
        how();
        spent = own_time::now().since(before);
      });
      // A disk that was busy with something else a moment ago lets nobody wait now: that was no stall.
      if (spent.whole >= stall_limit) add(wanted, found, spent);
    }
    std::printf("%-44s %3d rounds: %3d so, %d preempted and called so, %d calculated and called so, %d wrong\n",
                std::string(wanted).c_str(), figures.rounds, figures.as_wanted, figures.as_preempted, figures.as_computed,
                figures.wrong);
  }

  void add(std::string_view wanted, const std::vector<report>& found, const own_time& spent) {
    ++figures.rounds;
    const auto last = std::ranges::find_if(found, is_final);
    const bool reported = last != found.end();
    if (reported && says(*last, wanted)) ++figures.as_wanted;
    else if (reported && says(*last, "preempted") && most(spent.waited_part(), spent)) ++figures.as_preempted;
    else if (reported && says(*last, "computing") && most(spent.ran_part(), spent)) ++figures.as_computed;
    else {
      ++figures.wrong;
      std::fprintf(stderr, "of %.3f s: ran %.2f, waited %.2f, slept %.2f\n", spent.whole.count(), spent.ran_part(), spent.waited_part(),
                   spent.slept_part());
      for (const report& one : found) std::fprintf(stderr, "%s\n", report_text(one).c_str());
    }
  }

  // Or about as much as the most: the watchdog looks a little later than the callback begins.
  static bool most(double part, const own_time& spent) {
    return part > std::max({spent.ran_part(), spent.waited_part(), spent.slept_part()}) - 0.1;
  }

  // At least 95 of 100 are right, or one fewer than all where there are few.
  void expect_right() const {
    EXPECT_LE(figures.wrong, std::max(1, figures.rounds / 20));
    if (figures.as_wanted == 0 && figures.wrong == 0) GTEST_SKIP() << "no round was what it was meant to be: the machine does something else";
  }

  tally figures;
};

TEST_F(stall_kinds, sleep) {
  measure("blocked in the kernel (clock_nanosleep)", rounds(10), [] { std::this_thread::sleep_for(stall_lasts); });
  expect_right();
  EXPECT_EQ(figures.as_computed, 0);
}

TEST_F(stall_kinds, contended_mutex) {
  std::mutex contended;
  std::atomic<bool> held = false;
  std::thread other;
  const auto prepare = [&] {
    if (other.joinable()) other.join();
    held = false;
    other = std::thread([&] {
      const std::scoped_lock lock(contended);
      held = true;
      while (held) std::this_thread::sleep_for(1ms);
      std::this_thread::sleep_for(stall_lasts);
    });
    while (!held) std::this_thread::yield();
  };
  measure("blocked in the kernel (futex)", rounds(10), [&] {
    held = false;
    const std::scoped_lock lock(contended);
  }, prepare);
  other.join();
  expect_right();
}

// A resolver that does not answer, and makes the name time out. libresolv's own list of servers is each thread's, so neither root
// nor a namespace is needed.
TEST_F(stall_kinds, resolving_a_name) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&here), size), 0);
  ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size), 0);
  int asked = 0;
  measure("blocked in the kernel (poll)", rounds(2), [&] {
    ::res_init();
    _res.nscount = 1;
    _res.nsaddr_list[0] = here;
    _res.retrans = 1;
    _res.retry = 1;
    addrinfo* found = nullptr;
    const int result = ::getaddrinfo("no.such.name.example", "80", nullptr, &found);
    if (result == 0) ::freeaddrinfo(found);
    char query[512];
    while (::recv(socket, query, sizeof query, MSG_DONTWAIT) > 0) ++asked;
    EXPECT_TRUE(result == EAI_AGAIN || result == EAI_NONAME) << result;
  });
  ::close(socket);
  EXPECT_GE(asked, figures.rounds) << "the name was not asked for there";
  expect_right();
}

// So much that the disk takes longer than the limit: the processor's part, copying and mapping, is before and beside.
TEST_F(stall_kinds, syncing_a_file) {
  char path[] = "/var/tmp/coroguard-stall-XXXXXX";
  const int file = ::mkstemp(path);
  ASSERT_GE(file, 0);
  ::unlink(path);
  const std::string block(1 << 20, 'x');
  const auto write = [&](int megabytes) {
    for (int i = 0; i < megabytes; ++i) ASSERT_EQ(::pwrite(file, block.data(), block.size(), off_t{i} << 20), ssize_t{1 << 20});
  };
  int megabytes = 16;
  for (;; megabytes *= 2) {
    write(megabytes);
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(::fsync(file), 0);
    if (std::chrono::steady_clock::now() - begin > 3 * stall_limit) break;
    if (megabytes >= 512) GTEST_SKIP() << "this disk does not let anybody wait";
  }
  measure("blocked in the kernel (fsync)", rounds(8), [&] { ASSERT_EQ(::fsync(file), 0); }, [&] { write(megabytes * 2); });
  ::close(file);
  expect_right();
}

TEST_F(stall_kinds, computing) {
  const urgent now;
  measure("computing", rounds(10), [] { spin(stall_lasts); });
  figures.as_computed = 0;
  expect_right();
}

TEST_F(stall_kinds, preempted) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i)
    others.emplace_back([&] {
      while (!done) {
      }
    });
  measure("preempted", rounds(5), [] { spin(300ms); });
  done = true;
  for (std::thread& other : others) other.join();
  ::sched_setaffinity(0, sizeof before, &before);
  expect_right();
  EXPECT_EQ(figures.as_computed, 0);
}

TEST_F(stall_kinds, stopped_with_the_process) {
  pid_t child = 0;
  measure("stopped", rounds(5), [&] {
    const pid_t stopped = ::getpid();
    child = ::fork();
    if (child == 0) {
      ::usleep(10'000);
      ::kill(stopped, SIGSTOP);
      ::usleep(300'000);
      ::kill(stopped, SIGCONT);
      ::_exit(0);
    }
    spin(100ms);
    ::waitpid(child, nullptr, 0);
  });
  expect_right();
  EXPECT_EQ(figures.as_computed, 0);
}

// A callback that is stopped as soon as it begins, and ends when the process goes on.
TEST_F(stall_kinds, stopped_at_once) {
  measure("stopped", rounds(5), [&] {
    const pid_t stopped = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
      ::kill(stopped, SIGSTOP);
      ::usleep(300'000);
      ::kill(stopped, SIGCONT);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
  });
  expect_right();
}

void touch(void* memory, std::size_t size) {
  for (std::size_t at = 0; at < size; at += 4096) static_cast<volatile char*>(memory)[at] = 1;
}

TEST_F(stall_kinds, fresh_memory) {
  const urgent now;
  constexpr std::size_t size = std::size_t{64} << 20;
  measure("page-faulting", rounds(10), [] {
    const auto end = std::chrono::steady_clock::now() + stall_lasts;
    while (std::chrono::steady_clock::now() < end) {
      void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      ASSERT_NE(memory, MAP_FAILED);
      ::madvise(memory, size, MADV_NOHUGEPAGE);
      touch(memory, size);
      ::munmap(memory, size);
    }
  });
  expect_right();
}

TEST_F(stall_kinds, memory_given_back_again_and_again) {
  const urgent now;
  constexpr std::size_t size = std::size_t{8} << 20;
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  ::madvise(memory, size, MADV_NOHUGEPAGE);
  measure("page-faulting", rounds(10), [&] {
    const auto end = std::chrono::steady_clock::now() + stall_lasts;
    while (std::chrono::steady_clock::now() < end) {
      touch(memory, size);
      ::madvise(memory, size, MADV_DONTNEED);
    }
  });
  ::munmap(memory, size);
  expect_right();
}

TEST_F(stall_kinds, huge_pages) {
  const urgent now;
  constexpr std::size_t size = std::size_t{256} << 20;
  measure("page-faulting", rounds(10), [] {
    const auto end = std::chrono::steady_clock::now() + stall_lasts;
    while (std::chrono::steady_clock::now() < end) {
      void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      ASSERT_NE(memory, MAP_FAILED);
      ::madvise(memory, size, MADV_HUGEPAGE);
      for (std::size_t at = 0; at < size; at += std::size_t{2} << 20) static_cast<volatile char*>(memory)[at] = 1;
      ::munmap(memory, size);
    }
  });
  expect_right();
}

// From a file that nobody has read, here and there, so that the kernel does not read ahead.
TEST_F(stall_kinds, memory_from_the_disk) {
  const urgent now;
  constexpr std::size_t size = std::size_t{256} << 20;
  char path[] = "/var/tmp/coroguard-stall-XXXXXX";
  const int file = ::mkstemp(path);
  ASSERT_GE(file, 0);
  ::unlink(path);
  const std::string block(1 << 20, 'x');
  for (std::size_t at = 0; at < size; at += block.size()) ASSERT_EQ(::write(file, block.data(), block.size()), ssize_t{1 << 20});
  ASSERT_EQ(::fsync(file), 0);
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  ASSERT_NE(memory, MAP_FAILED);
  ::madvise(memory, size, MADV_RANDOM);
  const auto forget = [&] {
    ::madvise(memory, size, MADV_DONTNEED);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  };
  measure("page-faulting", rounds(10), [&] {
    const auto end = std::chrono::steady_clock::now() + stall_lasts;
    std::size_t page = 0;
    for (std::size_t touched = 0; touched < size / 4096 && std::chrono::steady_clock::now() < end; ++touched) {
      page = (page + 7919) % (size / 4096);
      (void)static_cast<volatile char*>(memory)[page * 4096];
    }
  }, forget);
  ::munmap(memory, size);
  ::close(file);
  expect_right();
}

}  // namespace
}  // namespace coroguard
