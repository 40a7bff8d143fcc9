// Calls that sleep for a time, or until a signal comes.
#include <signal.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "preload/interpose.hpp"

using namespace coroguard::preload;

namespace {

bool is_some_time(const timespec* time) { return time != nullptr && (time->tv_sec > 0 || time->tv_nsec > 0); }

bool is_to_come(clockid_t clock, int flags, const timespec* time) {
  if ((flags & TIMER_ABSTIME) == 0) return is_some_time(time);
  timespec now{};
  if (time == nullptr || ::clock_gettime(clock, &now) != 0) return false;
  return time->tv_sec > now.tv_sec || (time->tv_sec == now.tv_sec && time->tv_nsec > now.tv_nsec);
}

}  // namespace

COROGUARD_NEXT(nanosleep, int(const timespec*, timespec*));
COROGUARD_NEXT(clock_nanosleep, int(clockid_t, int, const timespec*, timespec*));
COROGUARD_NEXT(usleep, int(useconds_t));
COROGUARD_NEXT(sleep, unsigned(unsigned));
COROGUARD_NEXT(thrd_sleep, int(const timespec*, timespec*));
COROGUARD_NEXT(pause, int());
COROGUARD_NEXT(sigsuspend, int(const sigset_t*));
COROGUARD_NEXT(sigwait, int(const sigset_t*, int*));
COROGUARD_NEXT(sigwaitinfo, int(const sigset_t*, siginfo_t*));
COROGUARD_NEXT(sigtimedwait, int(const sigset_t*, siginfo_t*, const timespec*));

COROGUARD_EXPORT int nanosleep(const timespec* time, timespec* left) {
  return call_if([&] { return is_some_time(time); }, next_nanosleep, COROGUARD_CALLER, time, left);
}
COROGUARD_EXPORT int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  return call_if([&] { return is_to_come(clock, flags, time); }, next_clock_nanosleep, COROGUARD_CALLER, clock, flags, time, left);
}
COROGUARD_EXPORT int usleep(useconds_t time) {
  return call_if([&] { return time > 0; }, next_usleep, COROGUARD_CALLER, time);
}
COROGUARD_EXPORT unsigned sleep(unsigned time) {
  return call_if([&] { return time > 0; }, next_sleep, COROGUARD_CALLER, time);
}
COROGUARD_EXPORT int thrd_sleep(const timespec* time, timespec* left) {
  return call_if([&] { return is_some_time(time); }, next_thrd_sleep, COROGUARD_CALLER, time, left);
}
COROGUARD_EXPORT int pause() { return call(next_pause, COROGUARD_CALLER); }
COROGUARD_EXPORT int sigsuspend(const sigset_t* mask) { return call(next_sigsuspend, COROGUARD_CALLER, mask); }
COROGUARD_EXPORT int sigwait(const sigset_t* set, int* signal) { return call(next_sigwait, COROGUARD_CALLER, set, signal); }
COROGUARD_EXPORT int sigwaitinfo(const sigset_t* set, siginfo_t* information) {
  return call(next_sigwaitinfo, COROGUARD_CALLER, set, information);
}
COROGUARD_EXPORT int sigtimedwait(const sigset_t* set, siginfo_t* information, const timespec* time) {
  return call_if([&] { return time == nullptr || is_some_time(time); }, next_sigtimedwait, COROGUARD_CALLER, set, information, time);
}
