#include "tool/run/workers.h"
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace coroguard {
namespace {

using End = WorkerOutcome::End;
using namespace std::chrono_literals;

bool hasChildren() { return waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }

TEST(Workers, NothingToDo) {
  EXPECT_TRUE(runInWorkers(0, {}, [](size_t) { return ""; }).empty());
}

TEST(Workers, KeepTheOrderOfManyItems) {
  auto outcomes = runInWorkers(200, {.jobs = 2}, [](size_t i) {
    if (i % 7 == 0) usleep(2000); // so that they end in another order
    return "item " + std::to_string(i);
  });
  ASSERT_EQ(outcomes.size(), 200u);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].end, End::Finished);
    EXPECT_EQ(outcomes[i].output, "item " + std::to_string(i));
  }
  EXPECT_FALSE(hasChildren());
}

TEST(Workers, ACrashIsOneItemsEnd) {
  auto outcomes = runInWorkers(3, {.jobs = 1}, [](size_t i) -> std::string {
    if (i == 1) std::raise(SIGSEGV);
    return "fine";
  });
  EXPECT_EQ(outcomes[0].output, "fine");
  EXPECT_EQ(outcomes[1].end, End::Crashed);
  EXPECT_EQ(outcomes[1].crash, "signal 11 (Segmentation fault)");
  EXPECT_EQ(outcomes[2].output, "fine");
}

TEST(Workers, AnExitIsACrash) {
  auto outcomes = runInWorkers(2, {}, [](size_t i) -> std::string { _exit(i == 0 ? 3 : 0); });
  EXPECT_EQ(outcomes[0].crash, "exit status 3");
  EXPECT_EQ(outcomes[1].end, End::Crashed) << "it ended before its output was complete";
}

TEST(Workers, AnExceptionIsACrash) {
  auto outcomes = runInWorkers(1, {}, [](size_t) -> std::string { throw 1; });
  EXPECT_EQ(outcomes[0].crash, "signal 6 (Aborted)");
}

TEST(Workers, AHangIsEndedAtTheLimit) {
  auto start = std::chrono::steady_clock::now();
  auto outcomes = runInWorkers(3, {.jobs = 3, .timeLimit = 200ms}, [](size_t i) -> std::string {
    while (i == 1) pause();
    return "fine";
  });
  EXPECT_EQ(outcomes[0].output, "fine");
  EXPECT_EQ(outcomes[1].end, End::TimedOut);
  EXPECT_EQ(outcomes[2].output, "fine");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_FALSE(hasChildren());
}

TEST(Workers, AHangThatIgnoresSignalsIsEnded) {
  auto outcomes = runInWorkers(1, {.timeLimit = 100ms}, [](size_t) -> std::string {
    for (int number : {SIGTERM, SIGINT, SIGHUP, SIGALRM}) signal(number, SIG_IGN);
    for (;;) pause();
  });
  EXPECT_EQ(outcomes[0].end, End::TimedOut);
}

TEST(Workers, AHangBehindAClosedPipeIsEnded) {
  auto outcomes = runInWorkers(2, {.jobs = 2, .timeLimit = 200ms}, [](size_t i) -> std::string {
    if (i == 1) return "fine";
    for (int descriptor = 3; descriptor < 256; ++descriptor) close(descriptor);
    for (;;) pause();
  });
  EXPECT_EQ(outcomes[0].end, End::TimedOut);
  EXPECT_EQ(outcomes[1].output, "fine");
}

TEST(Workers, AGrandchildThatHoldsThePipeDoesNotHoldTheRun) {
  auto start = std::chrono::steady_clock::now();
  auto outcomes = runInWorkers(1, {.timeLimit = 20s}, [](size_t) -> std::string {
    if (fork() == 0) {
      sleep(3);
      _exit(0);
    }
    return "fine";
  });
  EXPECT_EQ(outcomes[0].output, "fine");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

TEST(Workers, BigOutputsArriveWhole) {
  auto outcomes = runInWorkers(3, {.jobs = 2},
                               [](size_t i) { return std::string(50'000'000, static_cast<char>('a' + i)); });
  for (size_t i = 0; i < outcomes.size(); ++i)
    EXPECT_TRUE(outcomes[i].output == std::string(50'000'000, static_cast<char>('a' + i))) << i;
}

TEST(Workers, AnyByteMayBeInAnOutput) {
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(runInWorkers(1, {}, [&](size_t) { return bytes; })[0].output, bytes);
  EXPECT_EQ(runInWorkers(1, {}, [&](size_t) { return ""; })[0].end, End::Finished);
}

TEST(Workers, EvenASingleJobIsAProcessOfItsOwn) {
  static int touched = 0;
  runInWorkers(2, {.jobs = 1}, [](size_t) {
    ++touched;
    return std::to_string(touched);
  });
  EXPECT_EQ(touched, 0);
}

TEST(Workers, ProgressCountsEveryEnd) {
  std::vector<size_t> seen;
  WorkerOptions options{.jobs = 2, .timeLimit = 100ms, .progress = [&](size_t done, size_t total) {
                          EXPECT_EQ(total, 3u);
                          seen.push_back(done);
                        }};
  runInWorkers(3, options, [](size_t i) -> std::string {
    if (i == 0) abort();
    while (i == 1) pause();
    return "";
  });
  EXPECT_EQ(seen, (std::vector<size_t>{1, 2, 3}));
}

TEST(Workers, StandardErrorIsSwallowed) {
  testing::internal::CaptureStderr();
  runInWorkers(1, {}, [](size_t) {
    const char text[] = "noise\n";
    EXPECT_EQ(write(STDERR_FILENO, text, sizeof text - 1), 6);
    return "";
  });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Workers, MoreItemsThanDescriptors) {
  auto outcomes = runInWorkers(40, {.jobs = 40}, [](size_t i) {
    usleep(1000);
    return std::to_string(i);
  });
  EXPECT_EQ(outcomes[39].output, "39");
}

/// Runs `body` in a process of its own and returns how that ended.
int statusOf(const std::function<void()> &body, int signalAfterStart, int startedPipe) {
  pid_t pid = fork();
  if (pid == 0) {
    body();
    _exit(0);
  }
  char started;
  EXPECT_EQ(read(startedPipe, &started, 1), 1);
  kill(pid, signalAfterStart);
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

TEST(Workers, AnInterruptEndsTheChildrenAndTheProcess) {
  int started[2], alive[2];
  ASSERT_EQ(pipe(started), 0);
  ASSERT_EQ(pipe(alive), 0); // its write end is open as long as one of the processes lives
  int status = statusOf(
      [&] {
        runInWorkers(1, {}, [&](size_t) -> std::string {
          EXPECT_EQ(write(started[1], "x", 1), 1);
          for (;;) pause();
        });
      },
      SIGINT, started[0]);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
  close(alive[1]);
  char byte;
  EXPECT_EQ(read(alive[0], &byte, 1), 0);
  for (int descriptor : {started[0], started[1], alive[0]}) close(descriptor);
}

TEST(Workers, AnIgnoredSignalStaysIgnored) {
  int started[2];
  ASSERT_EQ(pipe(started), 0);
  int status = statusOf(
      [&] {
        signal(SIGHUP, SIG_IGN); // as nohup does
        signal(SIGCHLD, SIG_IGN);
        pid_t parent = getpid();
        auto outcomes = runInWorkers(1, {}, [&](size_t) -> std::string {
          kill(parent, SIGHUP);
          kill(getpid(), SIGHUP);
          EXPECT_EQ(write(started[1], "x", 1), 1);
          return "fine";
        });
        _exit(outcomes[0].output == "fine" ? 7 : 8);
      },
      SIGHUP, started[0]);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
  for (int descriptor : {started[0], started[1]}) close(descriptor);
}

TEST(Workers, SignalHandlingIsAsBefore) {
  struct sigaction before {
  }, after{};
  sigset_t maskBefore, maskAfter;
  sigaction(SIGCHLD, nullptr, &before);
  sigprocmask(SIG_BLOCK, nullptr, &maskBefore);
  runInWorkers(2, {}, [](size_t) { return ""; });
  sigaction(SIGCHLD, nullptr, &after);
  sigprocmask(SIG_BLOCK, nullptr, &maskAfter);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  EXPECT_EQ(sigismember(&maskBefore, SIGCHLD), sigismember(&maskAfter, SIGCHLD));
}

} // namespace
} // namespace coroguard
