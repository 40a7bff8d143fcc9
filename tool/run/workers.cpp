// Forked workers, one item each. Every wait is in one ppoll(): data on a pipe, the end of a child (SIGCHLD),
// the nearest deadline and an interrupt all end it, so nothing is polled for and nothing is missed between a
// check and a wait.
#include "tool/run/workers.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <list>
#include <numeric>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace coroguard {
namespace {

using Clock = std::chrono::steady_clock;

// The last byte of a complete output: a child that calls exit(0) in the middle of its work has not written
// it.
constexpr char endMark = '.';

volatile sig_atomic_t interruptedBy = 0;

void onSignal(int signal) {
  if (signal != SIGCHLD) interruptedBy = signal;
}

/// While it lives, the signals of interest are delivered only inside ppoll().
class SignalScope {
public:
  SignalScope() {
    interruptedBy = 0;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int signal : signals) sigaddset(&blocked, signal);
    sigprocmask(SIG_BLOCK, &blocked, &oldMask);
    struct sigaction action {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < std::size(signals); ++i) {
      sigaction(signals[i], &action, &oldActions[i]);
      // What our caller had us ignore, as nohup does, stays ignored; but nobody could wait without SIGCHLD.
      bool wasIgnored = oldActions[i].sa_handler == SIG_IGN;
      if (wasIgnored && signals[i] != SIGCHLD) sigaction(signals[i], &oldActions[i], nullptr);
    }
    waitMask = oldMask;
    for (int signal : signals) sigdelset(&waitMask, signal);
  }
  ~SignalScope() { restore(); }
  SignalScope(const SignalScope &) = delete;
  SignalScope &operator=(const SignalScope &) = delete;

  const sigset_t &maskWhileWaiting() const { return waitMask; }

  /// Also what a child does first: it must die of an interrupt like any process.
  void restore() const {
    for (size_t i = 0; i < std::size(signals); ++i) sigaction(signals[i], &oldActions[i], nullptr);
    sigprocmask(SIG_SETMASK, &oldMask, nullptr);
  }

private:
  static constexpr int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
  struct sigaction oldActions[std::size(signals)]{};
  sigset_t oldMask{};
  sigset_t waitMask{};
};

void writeAll(int descriptor, const char *data, size_t size) {
  while (size > 0) {
    ssize_t written = write(descriptor, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) _exit(126); // the parent is gone
    data += written;
    size -= static_cast<size_t>(written);
  }
}

std::string describeStatus(int status) {
  if (!WIFSIGNALED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
  int signal = WTERMSIG(status);
  return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
}

struct Child {
  pid_t pid = -1;
  int pipe = -1; // -1: the child has closed its end
  size_t item = 0;
  Clock::time_point deadline;
  std::string output;
};

class Pool {
public:
  Pool(size_t count, const WorkerOptions &options, const std::function<std::string(size_t)> &work, const WorkerOrder &order)
      : options(options), work(work), order(order), outcomes(count), waiting(count) {
    std::iota(waiting.begin(), waiting.end(), size_t(0));
  }

  std::vector<WorkerOutcome> run() {
    while (!waiting.empty() || !running.empty()) {
      startMore();
      if (!running.empty()) wait();
      if (interruptedBy != 0) giveUp();
      collect();
    }
    return std::move(outcomes);
  }

private:
  void startMore();
  bool start(size_t item);
  [[noreturn]] void childMain(int pipe, pid_t parent, size_t item) noexcept;
  void wait();
  void readFrom(Child &child);
  void collect();
  bool isOver(Child &child);
  void killAndReap(Child &child);
  void finish(size_t item, WorkerOutcome outcome);
  void giveUp();

  const WorkerOptions &options;
  const std::function<std::string(size_t)> &work;
  const WorkerOrder &order;
  SignalScope signals;
  std::vector<WorkerOutcome> outcomes;
  std::vector<Child> running;
  std::list<size_t> waiting; // not started yet
  size_t done = 0;
};

void Pool::startMore() {
  while (!waiting.empty() && running.size() < std::max(1u, options.jobs)) {
    auto next = std::find_if(waiting.begin(), waiting.end(), [&](size_t item) { return !order.mayStart || order.mayStart(item); });
    if (next == waiting.end() && !running.empty()) return; // they wait for those
    if (next == waiting.end()) next = waiting.begin();     // there is nothing to wait for
    bool isStarted = start(*next);
    if (!isStarted && !running.empty()) return; // out of processes or descriptors for now: the end of a child frees some
    size_t item = *next;
    waiting.erase(next);
    if (!isStarted) finish(item, {WorkerOutcome::End::Crashed, {}, std::string("no process: ") + std::strerror(errno)});
  }
}

bool Pool::start(size_t item) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    childMain(ends[1], parent, item);
  }
  int error = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    errno = error;
    return false;
  }
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  running.push_back({pid, ends[0], item, Clock::now() + options.timeLimit, {}});
  return true;
}

// noexcept: an exception must not unwind into frames that belong to the parent and run them a second time.
void Pool::childMain(int pipe, pid_t parent, size_t item) noexcept {
  signals.restore();
  signal(SIGPIPE, SIG_DFL);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL); // a parent that was killed leaves nobody behind
  if (getppid() != parent) _exit(126);
#else
  (void)parent;
#endif
  for (const Child &sibling : running)
    if (sibling.pipe >= 0) close(sibling.pipe);
  if (int null = open("/dev/null", O_RDWR); null >= 0)
    for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  std::string output = work(item);
  output += endMark;
  writeAll(pipe, output.data(), output.size());
  _exit(0); // not exit(): buffers and handlers are the parent's
}

void Pool::wait() {
  std::vector<pollfd> pipes;
  Clock::time_point deadline = Clock::time_point::max();
  for (const Child &child : running) {
    if (child.pipe >= 0) pipes.push_back({child.pipe, POLLIN, 0});
    deadline = std::min(deadline, child.deadline);
  }
  auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  left = std::max<decltype(left)>(left, 0);
  timespec limit{static_cast<time_t>(left / 1000), static_cast<long>(left % 1000 * 1'000'000)};
  ppoll(pipes.data(), pipes.size(), &limit, &signals.maskWhileWaiting());
}

void Pool::readFrom(Child &child) {
  static char buffer[1 << 16];
  while (child.pipe >= 0) {
    ssize_t size = read(child.pipe, buffer, sizeof buffer);
    if (size > 0) {
      child.output.append(buffer, static_cast<size_t>(size));
    } else if (size == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)) {
      close(child.pipe);
      child.pipe = -1;
    } else if (errno != EINTR) {
      return;
    }
  }
}

void Pool::collect() {
  for (size_t i = 0; i < running.size();) {
    readFrom(running[i]);
    if (isOver(running[i]))
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
}

bool Pool::isOver(Child &child) {
  int status = 0;
  if (waitpid(child.pid, &status, WNOHANG) == child.pid) {
    readFrom(child); // what it wrote between the last read and its end
    if (child.pipe >= 0) close(child.pipe);
    bool complete = WIFEXITED(status) && WEXITSTATUS(status) == 0 && child.output.ends_with(endMark);
    if (complete) child.output.pop_back();
    if (complete)
      finish(child.item, {WorkerOutcome::End::Finished, std::move(child.output), {}});
    else
      finish(child.item, {WorkerOutcome::End::Crashed, {}, describeStatus(status)});
    return true;
  }
  if (Clock::now() < child.deadline) return false;
  killAndReap(child);
  finish(child.item, {WorkerOutcome::End::TimedOut, {}, {}});
  return true;
}

void Pool::killAndReap(Child &child) {
  kill(child.pid, SIGKILL);
  while (waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (child.pipe >= 0) close(child.pipe);
}

void Pool::finish(size_t item, WorkerOutcome outcome) {
  outcomes[item] = std::move(outcome);
  if (order.ended) order.ended(item, outcomes[item]);
  ++done;
  if (options.progress) options.progress(done, outcomes.size());
}

/// An interrupt: the children end, then this process ends of the same signal, as its caller expects.
void Pool::giveUp() {
  for (Child &child : running) killAndReap(child);
  int signal = interruptedBy;
  signals.restore();
  raise(signal);
  _exit(128 + signal); // the signal was handled before us; there is nothing to return to
}

} // namespace

std::vector<WorkerOutcome> runInWorkers(size_t count, const WorkerOptions &options,
                                        const std::function<std::string(size_t)> &work, const WorkerOrder &order) {
  return Pool(count, options, work, order).run();
}

} // namespace coroguard
