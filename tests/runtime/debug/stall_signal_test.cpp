// The signal with which the watchdog asks for a stack: what user code sees of it, and what it does when it comes late.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "debug/stalled_loop.hpp"

namespace coroguard {
namespace {

using namespace std::chrono_literals;

// The first free real-time signal was taken when the first loop was watched.
int signal_of_watchdog() {
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    if ((action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction != nullptr) return signal;
  }
  return 0;
}

void send_to(pid_t thread) {
  for (int i = 0; i < 10; ++i) ::syscall(SYS_tgkill, ::getpid(), thread, signal_of_watchdog());
}

class stall_signal : public ::testing::Test {
protected:
  static void SetUpTestSuite() { reports_of([] { std::this_thread::sleep_for(300ms); }); }
};

// ---- late signals ----------------------------------------------------------------------------------------------------

TEST_F(stall_signal, does_nothing_without_a_question) {
  ASSERT_NE(signal_of_watchdog(), 0);
  captured_reports reports;
  send_to(::gettid());  // no loop runs here, and one did
  std::thread([] { send_to(::gettid()); }).join();  // none ever did
  event_loop loop;
  loop.set_debug(true);
  loop.call_soon([&] {
    errno = 77;
    send_to(::gettid());
    EXPECT_EQ(errno, 77);
    loop.set_debug(false);
    send_to(::gettid());
    loop.stop();
  });
  loop.run_forever();
  EXPECT_TRUE(reports.take().empty());
}

// A thread that blocks signals for the length of a capture: it arrives in another callback, after the loop, or never.
TEST_F(stall_signal, comes_too_late) {
  captured_reports reports;
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, signal_of_watchdog());
  std::thread([&] {
    for (const bool in_next_callback : {true, false}) {
      auto loop = std::make_unique<event_loop>();
      loop->set_debug(true);
      loop->set_slow_callback_duration(stall_limit);
      loop->call_soon([&] {
        ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
        std::this_thread::sleep_for(2 * stall_lasts);
      });
      loop->call_soon([&] {
        if (in_next_callback) ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
        loop->stop();
      });
      loop->run_forever();
      loop.reset();
      sigset_t waits;
      ::sigpending(&waits);
      EXPECT_EQ(::sigismember(&waits, signal_of_watchdog()), in_next_callback ? 0 : 1);
      ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    }
  }).join();
  const std::vector<report> found = reports.take();
  ASSERT_GE(found.size(), 4u);
  EXPECT_TRUE(found[0].native_stack.empty());
  EXPECT_TRUE(says(found[0], "no stack: ")) << report_text(found[0]);
}

// As in a program that takes its signals in a thread of its own.
TEST_F(stall_signal, is_let_through_in_a_thread_that_blocks_all) {
  std::thread([] {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    const std::vector<report> found = reports_of([] { std::this_thread::sleep_for(2 * stall_lasts); });
    EXPECT_TRUE(std::ranges::any_of(found, [](const report& one) { return has_function(one, "nanosleep"); }));
  }).join();
}

// A loop's thread may end while its loop is watched: the watchdog asks a thread that is gone. (A loop is not to be left so.)
TEST_F(stall_signal, to_a_thread_that_is_gone) {
  std::atomic<pid_t> gone = 0;
  std::thread([&] { gone = ::gettid(); }).join();
  EXPECT_EQ(::syscall(SYS_tgkill, ::getpid(), gone.load(), signal_of_watchdog()), -1);
  EXPECT_EQ(errno, ESRCH);
}

// ---- system calls that it interrupts ---------------------------------------------------------------------------------

// What a call that waits gives when the watchdog's signal comes: signal(7) says so, and docs/decisions/debug-stacks.md does.
enum class interrupted { goes_on, gives_up };

class stall_signal_interrupts : public stall_signal, public ::testing::WithParamInterface<int> {};

struct waiting_call {
  const char* name;
  interrupted ends;
  // Waits for about stall_lasts; returns what the call did. `fd` becomes readable then, `lock` is released.
  int (*wait)(int fd);
};

timespec time_of(std::chrono::milliseconds time) { return {.tv_sec = 0, .tv_nsec = time.count() * 1'000'000}; }

int as_status(int result) { return result < 0 ? errno : 0; }

const waiting_call waiting_calls[] = {
    {"read", interrupted::goes_on, [](int fd) { char c; return as_status(static_cast<int>(::read(fd, &c, 1))); }},
    {"recv", interrupted::goes_on, [](int fd) { char c; return as_status(static_cast<int>(::recv(fd, &c, 1, 0))); }},
    {"waitpid", interrupted::goes_on,
     [](int) {
       const pid_t child = ::fork();
       if (child == 0) {
         ::usleep(100'000);
         ::_exit(0);
       }
       return as_status(::waitpid(child, nullptr, 0));
     }},
    {"mutex", interrupted::goes_on,
     [](int) {
       static std::mutex mutex;
       std::atomic<bool> held = false;
       std::thread other([&] {
         const std::scoped_lock lock(mutex);
         held = true;
         std::this_thread::sleep_for(stall_lasts);
       });
       while (!held) std::this_thread::yield();
       { const std::scoped_lock lock(mutex); }
       other.join();
       return 0;
     }},
    {"std_sleep_for", interrupted::goes_on,
     [](int) {
       const auto begin = std::chrono::steady_clock::now();
       std::this_thread::sleep_for(stall_lasts);
       return std::chrono::steady_clock::now() - begin >= stall_lasts ? 0 : EINTR;
     }},
    {"recv_with_timeout", interrupted::gives_up,
     [](int fd) {
       const timeval most{.tv_sec = 5, .tv_usec = 0};
       ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
       char c;
       return as_status(static_cast<int>(::recv(fd, &c, 1, 0)));
     }},
    {"nanosleep", interrupted::gives_up, [](int) { const timespec time = time_of(stall_lasts); return as_status(::nanosleep(&time, nullptr)); }},
    {"clock_nanosleep", interrupted::gives_up,
     [](int) { const timespec time = time_of(stall_lasts); return ::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr); }},
    {"usleep", interrupted::gives_up, [](int) { return as_status(::usleep(100'000)); }},
    {"sleep", interrupted::gives_up, 
     [](int) {  // it returns the whole seconds that are left, which may be none
       const auto begin = std::chrono::steady_clock::now();
       ::sleep(1);
       return std::chrono::steady_clock::now() - begin >= 1s ? 0 : EINTR;
     }},
    {"poll", interrupted::gives_up, [](int fd) { pollfd one{fd, POLLIN, 0}; return as_status(::poll(&one, 1, 5000)); }},
    {"poll_without_timeout", interrupted::gives_up, [](int fd) { pollfd one{fd, POLLIN, 0}; return as_status(::poll(&one, 1, -1)); }},
    {"select", interrupted::gives_up,
     [](int fd) {
       fd_set set;
       FD_ZERO(&set);
       FD_SET(fd, &set);
       return as_status(::select(fd + 1, &set, nullptr, nullptr, nullptr));
     }},
    {"epoll_wait", interrupted::gives_up,
     [](int fd) {
       const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
       epoll_event event{.events = EPOLLIN, .data = {}};
       ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
       const int status = as_status(::epoll_wait(epoll, &event, 1, 5000));
       ::close(epoll);
       return status;
     }},
    {"sem_timedwait", interrupted::gives_up,
     [](int) {
       sem_t never;
       ::sem_init(&never, 0, 0);
       timespec end{};
       ::clock_gettime(CLOCK_REALTIME, &end);
       end.tv_sec += 1;
       return as_status(::sem_timedwait(&never, &end));
     }},
    {"sigtimedwait", interrupted::gives_up,
     [](int) {
       sigset_t set;
       ::sigemptyset(&set);
       ::sigaddset(&set, SIGUSR2);
       const timespec most = time_of(stall_lasts);
       return as_status(::sigtimedwait(&set, nullptr, &most));
     }},
};

TEST_P(stall_signal_interrupts, as_the_manual_says) {
  if (under_thread_sanitizer) GTEST_SKIP() << "ThreadSanitizer's own calls stand between";
  const waiting_call& call = waiting_calls[GetParam()];
  std::thread writer;
  int status = -1;
  bool asked = false;
  for (int attempt = 0; attempt < 5 && !asked; ++attempt) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const std::vector<report> found = reports_of([&] {
      writer = std::thread([&] {
        std::this_thread::sleep_for(3 * stall_lasts);
        [[maybe_unused]] const ssize_t wrote = ::write(ends[1], "x", 1);
      });
      status = call.wait(ends[0]);
    });
    writer.join();
    ::close(ends[0]);
    ::close(ends[1]);
    asked = std::ranges::any_of(found, [](const report& one) { return !one.native_stack.empty(); });
    if (!asked)
      for (const report& one : found) std::fprintf(stderr, "%s\n", report_text(one).c_str());
  }
  ASSERT_TRUE(asked) << "no signal came while it waited";
  EXPECT_EQ(status, call.ends == interrupted::goes_on ? 0 : EINTR) << call.name;
}

INSTANTIATE_TEST_SUITE_P(calls, stall_signal_interrupts, ::testing::Range(0, static_cast<int>(std::size(waiting_calls))),
                         [](const auto& info) { return std::string(waiting_calls[info.param].name); });

}  // namespace
}  // namespace coroguard
