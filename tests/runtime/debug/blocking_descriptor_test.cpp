// Descriptors on which a callback can block, and those on which it cannot.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <coroguard/runtime.hpp>
#include <csignal>

#include "debug/captured_reports.hpp"
#include "virtual_loop.hpp"

namespace coroguard {
namespace {

class blocking_descriptors : public virtual_loop {
protected:
  blocking_descriptors() { loop.set_debug(true); }
  ~blocking_descriptors() override {
    for (const int fd : opened_) {
      loop.remove_reader(fd);
      loop.remove_writer(fd);
      ::close(fd);
    }
  }

  int owned(int fd) {
    EXPECT_GE(fd, 0);
    opened_.push_back(fd);
    return fd;
  }
  std::pair<int, int> pair(int flags) {
    int both[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0, both), 0);
    return {owned(both[0]), owned(both[1])};
  }
  std::pair<int, int> pipe(int flags) {
    int both[2];
    EXPECT_EQ(::pipe2(both, O_CLOEXEC | flags), 0);
    return {owned(both[0]), owned(both[1])};
  }
  std::vector<report> reports_of_reading(int fd) {
    loop.add_reader(fd, [] {});
    return found();
  }
  std::vector<report> reports_of_writing(int fd) {
    loop.add_writer(fd, [] {});
    return found();
  }
  std::vector<report> found() {
    std::vector<report> result;
    for (const report& one : reports.take())
      if (one.rule == "blocking-descriptor") result.push_back(one);
    return result;
  }

  captured_reports reports;

private:
  std::vector<int> opened_;
};

TEST_F(blocking_descriptors, are_sockets) {
  const auto [one, other] = pair(0);
  const std::vector<report> result = reports_of_reading(one);
  ASSERT_EQ(result.size(), 1u);
  EXPECT_TRUE(result[0].message.starts_with("the socket must be non-blocking: descriptor " + std::to_string(one) + " was given to add_reader at "))
      << result[0].message;
  EXPECT_EQ(reports_of_writing(other).size(), 1u);
}

TEST_F(blocking_descriptors, are_pipes) {
  const auto [reads, writes] = pipe(0);
  EXPECT_EQ(reports_of_reading(reads).size(), 1u);
  EXPECT_EQ(reports_of_writing(writes).size(), 1u);
}

TEST_F(blocking_descriptors, are_those_that_another_thread_may_read) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR2);
  const int all[] = {owned(::eventfd(0, EFD_CLOEXEC)), owned(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)),
                     owned(::signalfd(-1, &signals, SFD_CLOEXEC)), owned(::inotify_init1(IN_CLOEXEC))};
  const char* const names[] = {"eventfd", "timerfd", "signalfd", "inotify"};
  loop.add_reader(all[0], [] {});
  loop.add_reader(all[1], [] {});
  loop.add_reader(all[2], [] {});
  loop.add_reader(all[3], [] {});
  const std::vector<report> result = found();
  ASSERT_EQ(result.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(result[i].message.starts_with("the " + std::string(names[i]) + " must be")) << result[i].message;
}

TEST_F(blocking_descriptors, are_told_once_and_not_for_ever) {
  const auto [one, other] = pair(0);
  for (int i = 0; i < 3; ++i) loop.add_reader(one, [] {});
  EXPECT_EQ(found().size(), 1u);
  for (int i = 0; i < 20; ++i) loop.add_reader(pair(0).first, [] {});
  EXPECT_EQ(found().size(), 5u);
}

TEST_F(blocking_descriptors, are_not_those_with_the_flag) {
  const auto [one, other] = pair(SOCK_NONBLOCK);
  const auto [reads, writes] = pipe(O_NONBLOCK);
  EXPECT_TRUE(reports_of_reading(one).empty());
  EXPECT_TRUE(reports_of_writing(other).empty());
  EXPECT_TRUE(reports_of_reading(reads).empty());
  EXPECT_TRUE(reports_of_writing(writes).empty());
  EXPECT_TRUE(reports_of_reading(owned(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))).empty());
}

TEST_F(blocking_descriptors, are_not_those_that_are_not_read) {
  EXPECT_TRUE(reports_of_reading(owned(::epoll_create1(EPOLL_CLOEXEC))).empty());
  EXPECT_TRUE(reports_of_writing(owned(::eventfd(0, EFD_CLOEXEC))).empty());
#ifdef SYS_pidfd_open
  if (const int process = static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)); process >= 0) {
    EXPECT_TRUE(reports_of_reading(owned(process)).empty());
  }
#endif
}

TEST_F(blocking_descriptors, are_not_terminals) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) GTEST_SKIP() << "no pseudo-terminals here";
  EXPECT_TRUE(reports_of_reading(owned(terminal)).empty());
}

TEST_F(blocking_descriptors, are_not_looked_for_without_debug_mode) {
  loop.set_debug(false);
  EXPECT_TRUE(reports_of_reading(pair(0).first).empty());
}

}  // namespace
}  // namespace coroguard
