#include <linux/time_types.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <system_error>
#include <unordered_set>

#include "coroguard/base/sanitizers.hpp"
#include "coroguard/loop/selector.hpp"

namespace coroguard {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// Not by the C library's function, which is a cancellation point: in a process with threads that costs two locked instructions
// for each call, and no loop can be cancelled in the middle of a turn. ThreadSanitizer delivers signals in the functions that it
// knows to wait.
int ask_kernel(int epoll, epoll_event* found, int room, const __kernel_timespec* timeout) {
#if COROGUARD_THREAD_SANITIZER
  const timespec span = timeout != nullptr ? timespec{timeout->tv_sec, static_cast<long>(timeout->tv_nsec)} : timespec{};
  return epoll_pwait2(epoll, found, room, timeout != nullptr ? &span : nullptr, nullptr);
#else
  return static_cast<int>(::syscall(SYS_epoll_pwait2, epoll, found, room, timeout, nullptr, std::size_t{0}));
#endif
}

class epoll_selector final : public selector {
public:
  epoll_selector() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail("epoll_create1");
  }
  ~epoll_selector() override { ::close(epoll_); }

  void watch(int fd, bool for_reading, bool for_writing) override {
    epoll_event wanted{};
    wanted.events = (for_reading ? EPOLLIN : 0u) | (for_writing ? EPOLLOUT : 0u);
    wanted.data.fd = fd;
    if (wanted.events == 0) {
      // Closed descriptors leave epoll by themselves: removing one that is gone is no error.
      if (watched_.erase(fd) != 0 && epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr) != 0 && errno != ENOENT && errno != EBADF)
        fail("epoll_ctl");
      return;
    }
    const bool known = watched_.contains(fd);
    int done = epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &wanted);
    // Closed and opened again with the same number: the kernel forgot it, we did not.
    if (done != 0 && known && errno == ENOENT) done = epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted);
    if (done != 0) fail("epoll_ctl");
    watched_.insert(fd);
  }

  void select(std::optional<std::chrono::nanoseconds> timeout, std::vector<io_event>& events) override {
    std::array<epoll_event, 256> found;
    const int count = wait(found, timeout);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < count; ++i) {
      // Errors and hang-ups wake both directions: the callback's read or write then says what happened.
      const bool broken = (found[i].events & (EPOLLERR | EPOLLHUP)) != 0;
      events.push_back({found[i].data.fd, broken || (found[i].events & EPOLLIN) != 0, broken || (found[i].events & EPOLLOUT) != 0});
    }
  }

private:
  int wait(std::array<epoll_event, 256>& found, std::optional<std::chrono::nanoseconds> timeout) {
    const int room = static_cast<int>(found.size());
    const std::int64_t most = timeout ? std::max<std::int64_t>(timeout->count(), 0) : 0;
    const __kernel_timespec span{most / 1'000'000'000, most % 1'000'000'000};
    const int count = ask_kernel(epoll_, found.data(), room, timeout ? &span : nullptr);
    if (count >= 0 || errno != ENOSYS) return count;
    // Kernels before 5.11 count in milliseconds; rounding up never wakes before the time.
    return epoll_wait(epoll_, found.data(), room, timeout ? static_cast<int>((most + 999'999) / 1'000'000) : -1);
  }

  int epoll_;
  std::unordered_set<int> watched_;
};

}  // namespace

std::unique_ptr<selector> make_epoll_selector() { return std::make_unique<epoll_selector>(); }

}  // namespace coroguard
