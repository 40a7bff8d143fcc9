#include "coroguard/debug/thread_usage.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace coroguard {

namespace {

// One line of /proc/self/task/<thread>/<name>; empty when there is none.
std::string line_of(pid_t thread, const char* name) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/%s", static_cast<int>(thread), name);
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  char text[1024];
  const ssize_t length = ::read(file, text, sizeof text);
  ::close(file);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

struct call_name {
  long number;
  const char* name;
};
// What a callback may sleep in.
constexpr call_name calls[] = {
#define COROGUARD_CALL(name) {SYS_##name, #name}
#ifdef SYS_poll
    COROGUARD_CALL(poll), COROGUARD_CALL(select), COROGUARD_CALL(epoll_wait), COROGUARD_CALL(open), COROGUARD_CALL(pause),
    COROGUARD_CALL(unlink), COROGUARD_CALL(rename),
#endif
    COROGUARD_CALL(nanosleep), COROGUARD_CALL(clock_nanosleep), COROGUARD_CALL(futex), COROGUARD_CALL(ppoll),
    COROGUARD_CALL(pselect6), COROGUARD_CALL(epoll_pwait), COROGUARD_CALL(read), COROGUARD_CALL(write), COROGUARD_CALL(readv),
    COROGUARD_CALL(writev), COROGUARD_CALL(pread64), COROGUARD_CALL(pwrite64), COROGUARD_CALL(openat), COROGUARD_CALL(close),
    COROGUARD_CALL(fsync), COROGUARD_CALL(fdatasync), COROGUARD_CALL(sync), COROGUARD_CALL(syncfs), COROGUARD_CALL(msync),
    COROGUARD_CALL(ftruncate), COROGUARD_CALL(connect), COROGUARD_CALL(accept), COROGUARD_CALL(accept4),
    COROGUARD_CALL(sendto), COROGUARD_CALL(recvfrom), COROGUARD_CALL(sendmsg), COROGUARD_CALL(recvmsg),
    COROGUARD_CALL(sendmmsg), COROGUARD_CALL(recvmmsg), COROGUARD_CALL(wait4), COROGUARD_CALL(waitid), COROGUARD_CALL(flock),
    COROGUARD_CALL(fcntl), COROGUARD_CALL(ioctl), COROGUARD_CALL(semop), COROGUARD_CALL(semtimedop), COROGUARD_CALL(msgrcv),
    COROGUARD_CALL(msgsnd), COROGUARD_CALL(mq_timedreceive), COROGUARD_CALL(mq_timedsend), COROGUARD_CALL(rt_sigsuspend),
    COROGUARD_CALL(rt_sigtimedwait), COROGUARD_CALL(sendfile), COROGUARD_CALL(splice), COROGUARD_CALL(copy_file_range),
    COROGUARD_CALL(getdents64), COROGUARD_CALL(renameat2), COROGUARD_CALL(unlinkat), COROGUARD_CALL(io_uring_enter),
    COROGUARD_CALL(munmap), COROGUARD_CALL(mmap), COROGUARD_CALL(execve),
#undef COROGUARD_CALL
};

}  // namespace

thread_usage usage_of(pid_t thread) {
  thread_usage usage;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  usage.at = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  // "<ran> <waited> <slices>", nanoseconds
  unsigned long long ran = 0;
  unsigned long long waited = 0;
  const bool scheduled = std::sscanf(line_of(thread, "schedstat").c_str(), "%llu %llu", &ran, &waited) == 2;
  usage.ran = std::chrono::nanoseconds(ran);
  usage.waited = std::chrono::nanoseconds(waited);
  // "<id> (<name, which may have spaces>) <state> ..." with the faults as fields 10 and 12 of proc(5)
  const std::string line = line_of(thread, "stat");
  const std::size_t name_end = line.rfind(')');
  unsigned long long minor = 0;
  unsigned long long major = 0;
  const bool counted = name_end != line.npos &&
                       std::sscanf(line.c_str() + name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %llu %*u %llu", &minor, &major) == 2;
  usage.minor_faults = minor;
  usage.major_faults = major;
  usage.known = scheduled && counted;
  return usage;
}

std::string blocked_call_of(pid_t thread) {
  const std::string line = line_of(thread, "syscall");  // "running", or the number of the call and its arguments
  char* end = nullptr;
  const long number = std::strtol(line.c_str(), &end, 10);
  if (end == line.c_str() || number < 0) return "";
  const call_name* const known = std::ranges::find(calls, number, &call_name::number);
  return known != std::end(calls) ? known->name : "system call " + std::to_string(number);
}

pause_kind classify(const thread_usage& before, const thread_usage& after) {
  using std::chrono::nanoseconds;
  const nanoseconds whole = after.at - before.at;
  if (!before.known || !after.known || whole <= nanoseconds(0)) return pause_kind::unknown;
  const nanoseconds ran = after.ran - before.ran;
  const nanoseconds waited = after.waited - before.waited;
  const nanoseconds stopped = after.stopped - before.stopped;
  const nanoseconds slept = std::max(whole - ran - waited - stopped, nanoseconds(0));
  const nanoseconds most = std::max({ran, waited, stopped, slept});
  // From a file a fault takes milliseconds, and the thread sleeps; else the kernel clears a page in about a microsecond.
  const std::uint64_t major = after.major_faults - before.major_faults;
  const std::uint64_t minor = after.minor_faults - before.minor_faults;
  if (most == slept && major > 0 && slept < major * std::chrono::milliseconds(20)) return pause_kind::page_faulting;
  if (most == ran && ran < minor * std::chrono::microseconds(8)) return pause_kind::page_faulting;
  if (most == stopped) return pause_kind::stopped;
  if (most == slept) return pause_kind::blocked;
  return most == ran ? pause_kind::computing : pause_kind::preempted;
}

std::string describe(pause_kind kind, const std::string& call) {
  switch (kind) {
  case pause_kind::unknown: return "";
  case pause_kind::computing: return "computing";
  case pause_kind::blocked: return "blocked in the kernel" + (call.empty() ? "" : " (" + call + ")");
  case pause_kind::preempted: return "preempted: it was ready to run, other threads had the processors";
  case pause_kind::page_faulting: return "page-faulting: the kernel was providing the memory that it touched";
  case pause_kind::stopped: return "stopped, with the whole process";
  }
  return "";
}

}  // namespace coroguard
