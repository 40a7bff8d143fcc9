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

// Exact, where the counters in /proc lag a tick behind. The identifier is what pthread_getcpuclockid makes of a thread.
bool processor_time_of(pid_t thread, std::chrono::nanoseconds& time) {
  constexpr unsigned per_thread = 4;
  constexpr unsigned scheduled = 2;
  const auto clock = static_cast<clockid_t>((~static_cast<unsigned>(thread) << 3) | per_thread | scheduled);
  timespec ran{};
  if (::clock_gettime(clock, &ran) != 0) return false;
  time = std::chrono::seconds(ran.tv_sec) + std::chrono::nanoseconds(ran.tv_nsec);
  return true;
}

// "<ran> <waited> <slices>", nanoseconds
bool schedstat_of(pid_t thread, unsigned long long& ran, unsigned long long& waited) {
  return std::sscanf(line_of(thread, "schedstat").c_str(), "%llu %llu", &ran, &waited) == 2;
}

}  // namespace

std::chrono::nanoseconds waited_of(pid_t thread) {
  unsigned long long ran = 0;
  unsigned long long waited = 0;
  schedstat_of(thread, ran, waited);
  return std::chrono::nanoseconds(waited);
}

thread_usage usage_of(pid_t thread) {
  thread_usage usage;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  usage.at = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  unsigned long long ran = 0;
  unsigned long long waited = 0;
  const bool scheduled = schedstat_of(thread, ran, waited);
  usage.ran = std::chrono::nanoseconds(ran);
  usage.waited = std::chrono::nanoseconds(waited);
  processor_time_of(thread, usage.ran);
  // "<id> (<name, which may have spaces>) <state> ..." with the faults as fields 10 and 12 of proc(5), the kernel's part as 15
  const std::string line = line_of(thread, "stat");
  const std::size_t name_end = line.rfind(')');
  char state = 0;
  unsigned long long minor = 0;
  unsigned long long major = 0;
  unsigned long long in_kernel = 0;
  const bool counted = name_end != line.npos &&
                       std::sscanf(line.c_str() + name_end + 1, " %c %*d %*d %*d %*d %*d %*u %llu %*u %llu %*u %*u %llu", &state,
                                   &minor, &major, &in_kernel) == 4;
  usage.minor_faults = minor;
  usage.major_faults = major;
  static const long ticks = ::sysconf(_SC_CLK_TCK);
  usage.in_kernel = std::chrono::nanoseconds(std::chrono::seconds(in_kernel)) / ticks;
  usage.may_wait = state == 'R' && thread != static_cast<pid_t>(::syscall(SYS_gettid));
  usage.known = scheduled && counted;
  return usage;
}

void thread_samples::look_at(pid_t thread) {
  // "running", "-1 <stack> <code>" when it sleeps outside of calls, or the number of the call and its arguments
  const std::string line = line_of(thread, "syscall");
  char* end = nullptr;
  const long number = std::strtol(line.c_str(), &end, 10);
  if (line.starts_with("running")) ++awake_;
  else if (end == line.c_str()) return;
  else if (number < 0) ++in_faults_;
  else {
    ++in_calls_;
    // In an empty place, or in that of the rarest: what is found often comes back.
    auto place = std::ranges::find_if(calls_, [&](const counted_call& one) { return one.count > 0 && one.number == number; });
    if (place == calls_.end()) {
      place = std::ranges::min_element(calls_, {}, &counted_call::count);
      *place = {number, 0};
    }
    ++place->count;
  }
}

std::string thread_samples::call() const {
  const counted_call& most = *std::ranges::max_element(calls_, {}, &counted_call::count);
  if (most.count == 0) return "";
  const call_name* const known = std::ranges::find(calls, most.number, &call_name::number);
  return known != std::end(calls) ? known->name : "system call " + std::to_string(most.number);
}

namespace {

// Whether time on a processor went into page faults. A small page takes about a microsecond, several where the machine is
// virtual; asking a disk for one, some ten. A huge one takes some hundred, and is known from calculating between faults by where
// the time was spent.
bool faulted_away(const thread_usage& before, const thread_usage& after) {
  const std::uint64_t faults = after.minor_faults - before.minor_faults;
  const std::uint64_t reads = after.major_faults - before.major_faults;
  const std::chrono::nanoseconds ran = after.ran - before.ran;
  if (ran < faults * std::chrono::microseconds(8) + reads * std::chrono::microseconds(100)) return true;
  return ran < faults * std::chrono::microseconds(500) && after.in_kernel - before.in_kernel > ran * 3 / 4;
}

// Whether sleep was the kernel fetching memory from a file or from swap space.
bool waited_for_memory(const thread_usage& before, const thread_usage& after, const thread_samples& seen,
                       std::chrono::nanoseconds slept) {
  const std::uint64_t faults = after.major_faults - before.major_faults;
  if (seen.in_calls() + seen.in_faults() == 0) return faults > 0 && slept < faults * std::chrono::milliseconds(20);
  return seen.in_faults() > seen.in_calls();
}

}  // namespace

pause_kind classify(const thread_usage& before, const thread_usage& after, const thread_samples& seen) {
  using std::chrono::nanoseconds;
  const nanoseconds whole = after.at - before.at;
  if (!before.known || !after.known || whole <= nanoseconds(0)) return pause_kind::unknown;
  const nanoseconds ran = after.ran - before.ran;
  nanoseconds waited = after.waited - before.waited;
  const nanoseconds stopped = after.stopped - before.stopped;
  nanoseconds slept = std::max(whole - ran - waited - stopped, nanoseconds(0));
  if (after.may_wait && seen.all() > 0) {
    // A wait for a processor that has not ended is in no counter: what it cannot have slept, it waits.
    const nanoseconds most_slept = whole * (seen.in_calls() + seen.in_faults()) / seen.all();
    waited += std::max(slept - most_slept, nanoseconds(0));
    slept = std::min(slept, most_slept);
  }
  const nanoseconds most = std::max({ran, waited, stopped, slept});
  if (most == stopped) return pause_kind::stopped;
  if (most == slept) return waited_for_memory(before, after, seen, slept) ? pause_kind::page_faulting : pause_kind::blocked;
  if (most == waited) return pause_kind::preempted;
  return faulted_away(before, after) ? pause_kind::page_faulting : pause_kind::computing;
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
