// std::future, std::atomic::wait, std::latch and std::counting_semaphore wait by the system call itself.
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/interpose.hpp"

using namespace coroguard::preload;

COROGUARD_NEXT(syscall, long(long, long, long, long, long, long, long));

namespace {

// The kernel waits only when the word still has the value that the caller saw.
bool futex_waits(const int* word, long operation, long value) {
  switch (operation & FUTEX_CMD_MASK) {
  case FUTEX_WAIT:
  case FUTEX_WAIT_BITSET:
    return __atomic_load_n(word, __ATOMIC_RELAXED) == static_cast<int>(value);
  default: return false;
  }
}

}  // namespace

// Takes as many arguments as a system call can have, as libc does, whether they are there or not.
COROGUARD_EXPORT long syscall(long number, ...) noexcept {
  long given[6];
  va_list arguments;
  va_start(arguments, number);
  for (long& one : given) one = va_arg(arguments, long);
  va_end(arguments);
  const auto go_on = [&] { return next_syscall(number, given[0], given[1], given[2], given[3], given[4], given[5]); };
  if (number != SYS_futex || !is_watched()) return go_on();
  if (!futex_waits(reinterpret_cast<const int*>(given[0]), given[1], given[2])) return go_on();
  const blocks scope("futex", COROGUARD_CALLER);
  return go_on();
}
