#include "coroguard/loop/signals.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "coroguard/base/errors.hpp"

namespace coroguard {

namespace {

struct destination {
  std::atomic<std::atomic<std::uint64_t>*> pending{nullptr};
  std::atomic<int> wake_fd{-1};
};
constinit std::array<destination, 65> destinations{};
constinit std::atomic<int> handlers_running{0};

// Async-signal-safe: lock-free atomics and write(2).
void note_signal(int signal) {
  const int saved = errno;
  ++handlers_running;
  const destination& to = destinations[static_cast<std::size_t>(signal)];
  if (std::atomic<std::uint64_t>* pending = to.pending.load()) {
    pending->fetch_or(std::uint64_t{1} << (signal - 1));
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t wrote = ::write(to.wake_fd.load(), &one, sizeof one);
  }
  --handlers_running;
  errno = saved;
}

}  // namespace

bool in_main_thread() noexcept { return ::getpid() == static_cast<pid_t>(::syscall(SYS_gettid)); }

void check_signal(int signal) {
  if (signal < 1 || signal > 64) throw std::invalid_argument("invalid signal number " + std::to_string(signal));
}

void catch_signal(int signal, int wake_fd, std::atomic<std::uint64_t>& pending) {
  check_signal(signal);
  if (!in_main_thread())
    throw runtime_error("add_signal_handler() can only be called from the main thread");
  destination& to = destinations[static_cast<std::size_t>(signal)];
  to.pending = &pending;
  to.wake_fd = wake_fd;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  if (::sigaction(signal, &action, nullptr) == 0) return;
  to.pending = nullptr;
  throw runtime_error("sig " + std::to_string(signal) + " cannot be caught");
}

void forget_signals() noexcept {
  for (destination& to : destinations) {
    to.pending = nullptr;
    to.wake_fd = -1;
  }
  handlers_running = 0;
}

void release_signal(int signal, const std::atomic<std::uint64_t>& pending) noexcept {
  destination& to = destinations[static_cast<std::size_t>(signal)];
  if (to.pending.load() != &pending) return;
  ::signal(signal, SIG_DFL);
  to.pending = nullptr;
  // Another thread may be between reading the pointer and using it; in this one no handler can be.
  while (handlers_running.load() != 0) std::this_thread::yield();
}

}  // namespace coroguard
