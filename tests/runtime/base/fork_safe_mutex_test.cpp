#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <coroguard/base/fork_safe_mutex.hpp>
#include <coroguard/base/sanitizers.hpp>
#include <mutex>
#include <thread>

namespace coroguard {
namespace {

struct guarded {
  fork_safe_mutex outer{fork_rank::outer};
  fork_safe_mutex inner;
  int first = 0;
  int second = 0;  // as `first`, unless the lock is held

  void change() {
    const std::scoped_lock whole(outer);
    const std::scoped_lock part(inner);
    ++first;
    ++second;
  }
};

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(fork_safe_mutex, is_free_in_children_and_what_it_guards_is_whole) {
  auto& with = *new guarded;
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) with.change();
  });
  for (int i = 0; i < 100; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(10);
      with.change();
      ::_exit(with.first == with.second ? 0 : 1);
    }
    EXPECT_EQ(status_of(child), 0);
  }
  stop = true;
  other.join();
}

// Both forks take all of them.
TEST(fork_safe_mutex, lets_two_threads_fork) {
#if COROGUARD_THREAD_SANITIZER
  GTEST_SKIP() << "ThreadSanitizer lets children fail that have inherited a thread which nobody joined";
#endif
  const auto fork_often = [] {
    for (int i = 0; i < 50; ++i) {
      const pid_t child = ::fork();
      if (child == 0) ::_exit(0);
      EXPECT_EQ(status_of(child), 0);
    }
  };
  std::thread other(fork_often);
  fork_often();
  other.join();
}

std::atomic<pid_t> begun_in{0};

TEST(child_of_fork, does_what_it_was_told_in_children_only) {
  static const child_of_fork notes([]() noexcept { begun_in = ::getpid(); });
  const pid_t child = ::fork();
  if (child == 0) ::_exit(begun_in == ::getpid() ? 0 : 1);
  EXPECT_EQ(status_of(child), 0);
  EXPECT_EQ(begun_in, 0);
}

}  // namespace
}  // namespace coroguard
