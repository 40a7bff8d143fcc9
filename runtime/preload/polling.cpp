// Calls that wait until a descriptor is ready, when none is.
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "preload/interpose.hpp"
#include "preload/readiness.hpp"

using namespace coroguard::preload;

COROGUARD_NEXT(poll, int(pollfd*, nfds_t, int));
COROGUARD_NEXT_AS(__poll_chk, int(pollfd*, nfds_t, int, std::size_t), nullptr, "poll");
COROGUARD_NEXT(ppoll, int(pollfd*, nfds_t, const timespec*, const sigset_t*));
COROGUARD_NEXT_AS(__ppoll_chk, int(pollfd*, nfds_t, const timespec*, const sigset_t*, std::size_t), nullptr, "ppoll");
COROGUARD_NEXT(select, int(int, fd_set*, fd_set*, fd_set*, timeval*));
COROGUARD_NEXT(pselect, int(int, fd_set*, fd_set*, fd_set*, const timespec*, const sigset_t*));
COROGUARD_NEXT(epoll_wait, int(int, epoll_event*, int, int));
COROGUARD_NEXT(epoll_pwait, int(int, epoll_event*, int, int, const sigset_t*));
COROGUARD_NEXT(epoll_pwait2, int(int, epoll_event*, int, const timespec*, const sigset_t*));

namespace coroguard::preload {

bool is_blocking(int descriptor) noexcept {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && (flags & O_NONBLOCK) == 0;
}

// The flags first: what a loop reads is non-blocking, and asking for them is the cheaper question.
bool waits(int descriptor, short events) noexcept {
  if (!is_blocking(descriptor)) return false;
  pollfd one{descriptor, events, 0};
  return next_poll(&one, 1, 0) == 0;
}

}  // namespace coroguard::preload

namespace {

bool is_zero(const timespec* time) { return time != nullptr && time->tv_sec == 0 && time->tv_nsec == 0; }
bool is_zero(const timeval* time) { return time != nullptr && time->tv_sec == 0 && time->tv_usec == 0; }

bool none_ready(pollfd* descriptors, nfds_t count) { return next_poll(descriptors, count, 0) == 0; }

// A copy of a set that select may change. It may be larger than an fd_set.
class set_copy {
public:
  set_copy(const fd_set* set, int count) : set_(set) {
    if (set != nullptr) ::memcpy(words_, set, static_cast<std::size_t>(count + 63) / 64 * 8);
  }
  fd_set* get() { return set_ != nullptr ? reinterpret_cast<fd_set*>(words_) : nullptr; }

  static constexpr int most = 8192;

private:
  const fd_set* set_;
  unsigned long words_[most / 64];
};

bool none_ready(int count, const fd_set* to_read, const fd_set* to_write, const fd_set* except) {
  if (count < 0 || count > set_copy::most) return false;
  set_copy copies[] = {{to_read, count}, {to_write, count}, {except, count}};
  timeval now{};
  return next_select(count, copies[0].get(), copies[1].get(), copies[2].get(), &now) == 0;
}

bool no_event(int epoll) {
  pollfd one{epoll, POLLIN, 0};
  return next_poll(&one, 1, 0) == 0;
}

}  // namespace

COROGUARD_EXPORT int poll(pollfd* descriptors, nfds_t count, int timeout) {
  return call_if([&] { return timeout != 0 && none_ready(descriptors, count); }, next_poll, COROGUARD_CALLER, descriptors, count,
                 timeout);
}
COROGUARD_EXPORT int __poll_chk(pollfd* descriptors, nfds_t count, int timeout, std::size_t size) {
  return call_if([&] { return timeout != 0 && none_ready(descriptors, count); }, next___poll_chk, COROGUARD_CALLER, descriptors,
                 count, timeout, size);
}
COROGUARD_EXPORT int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask) {
  return call_if([&] { return !is_zero(timeout) && none_ready(descriptors, count); }, next_ppoll, COROGUARD_CALLER, descriptors,
                 count, timeout, mask);
}
COROGUARD_EXPORT int __ppoll_chk(pollfd* descriptors, nfds_t count, const timespec* timeout, const sigset_t* mask,
                                 std::size_t size) {
  return call_if([&] { return !is_zero(timeout) && none_ready(descriptors, count); }, next___ppoll_chk, COROGUARD_CALLER,
                 descriptors, count, timeout, mask, size);
}
COROGUARD_EXPORT int select(int count, fd_set* to_read, fd_set* to_write, fd_set* except, timeval* timeout) {
  return call_if([&] { return !is_zero(timeout) && none_ready(count, to_read, to_write, except); }, next_select, COROGUARD_CALLER,
                 count, to_read, to_write, except, timeout);
}
COROGUARD_EXPORT int pselect(int count, fd_set* to_read, fd_set* to_write, fd_set* except, const timespec* timeout,
                             const sigset_t* mask) {
  return call_if([&] { return !is_zero(timeout) && none_ready(count, to_read, to_write, except); }, next_pselect, COROGUARD_CALLER,
                 count, to_read, to_write, except, timeout, mask);
}
COROGUARD_EXPORT int epoll_wait(int epoll, epoll_event* events, int most, int timeout) {
  return call_if([&] { return timeout != 0 && no_event(epoll); }, next_epoll_wait, COROGUARD_CALLER, epoll, events, most, timeout);
}
COROGUARD_EXPORT int epoll_pwait(int epoll, epoll_event* events, int most, int timeout, const sigset_t* mask) {
  return call_if([&] { return timeout != 0 && no_event(epoll); }, next_epoll_pwait, COROGUARD_CALLER, epoll, events, most, timeout,
                 mask);
}
COROGUARD_EXPORT int epoll_pwait2(int epoll, epoll_event* events, int most, const timespec* timeout, const sigset_t* mask) {
  return call_if([&] { return !is_zero(timeout) && no_event(epoll); }, next_epoll_pwait2, COROGUARD_CALLER, epoll, events, most,
                 timeout, mask);
}
