// Calls that wait for a disk, and for locks on files when somebody has them. Reading and writing of regular files is not among
// them: the kernel mostly answers from memory, and nothing says when it will not.
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "preload/interpose.hpp"

using namespace coroguard::preload;

COROGUARD_NEXT(fsync, int(int));
COROGUARD_NEXT(fdatasync, int(int));
COROGUARD_NEXT(syncfs, int(int));
COROGUARD_NEXT(msync, int(void*, std::size_t, int));
COROGUARD_NEXT(tcdrain, int(int));
COROGUARD_NEXT(flock, int(int, int));
COROGUARD_NEXT(lockf, int(int, int, off_t));
COROGUARD_NEXT_AS(lockf64, int(int, int, off64_t), nullptr, "lockf");
COROGUARD_NEXT(fcntl, int(int, int, void*));
COROGUARD_NEXT_AS(fcntl64, int(int, int, void*), nullptr, "fcntl");
static void (*next_sync)() = nullptr;
[[maybe_unused]] static const bool has_sync = (next_sync = reinterpret_cast<void (*)()>(::dlsym(RTLD_NEXT, "sync"))) != nullptr;

COROGUARD_EXPORT int fsync(int file) { return call(next_fsync, COROGUARD_CALLER, file); }
COROGUARD_EXPORT int fdatasync(int file) { return call(next_fdatasync, COROGUARD_CALLER, file); }
COROGUARD_EXPORT int syncfs(int file) noexcept { return call(next_syncfs, COROGUARD_CALLER, file); }
COROGUARD_EXPORT void sync() noexcept {
  if (next_sync == nullptr) return;
  if (!is_watched()) return next_sync();
  const blocks scope("sync", COROGUARD_CALLER);
  next_sync();
}
COROGUARD_EXPORT int msync(void* memory, std::size_t size, int flags) {
  return call_if([&] { return (flags & MS_SYNC) != 0; }, next_msync, COROGUARD_CALLER, memory, size, flags);
}
COROGUARD_EXPORT int tcdrain(int terminal) { return call(next_tcdrain, COROGUARD_CALLER, terminal); }

namespace {

// Takes a lock without waiting; when somebody has it, tells and waits.
template <class Result, class... Arguments>
[[gnu::always_inline]] inline Result lock(next<Result(Arguments...)>& function, void* caller, auto try_to, auto wait) {
  const int error = errno;
  const Result taken = try_to();
  if (taken == 0 || (errno != EWOULDBLOCK && errno != EACCES)) return taken;
  errno = error;
  const blocks scope(function.known_as(), caller);
  return wait();
}

int lock_part(next<int(int, int, off_t)>& function, void* caller, int file, int command, off_t size) {
  if (command != F_LOCK || !is_watched()) return function(file, command, size);
  return lock(function, caller, [&] { return function(file, F_TLOCK, size); }, [&] { return function(file, command, size); });
}

int control(next<int(int, int, void*)>& function, void* caller, int file, int command, void* argument) {
  if ((command != F_SETLKW && command != F_OFD_SETLKW) || !is_watched()) return function(file, command, argument);
  const int without_waiting = command == F_SETLKW ? F_SETLK : F_OFD_SETLK;
  return lock(function, caller, [&] { return function(file, without_waiting, argument); },
              [&] { return function(file, command, argument); });
}

void* argument_of(va_list arguments) { return va_arg(arguments, void*); }

}  // namespace

COROGUARD_EXPORT int flock(int file, int operation) noexcept {
  const bool waits = (operation & LOCK_NB) == 0 && (operation & LOCK_UN) == 0;
  if (!waits || !is_watched()) return next_flock(file, operation);
  return lock(next_flock, COROGUARD_CALLER, [&] { return next_flock(file, operation | LOCK_NB); },
              [&] { return next_flock(file, operation); });
}
COROGUARD_EXPORT int lockf(int file, int command, off_t size) {
  return lock_part(next_lockf, COROGUARD_CALLER, file, command, size);
}
COROGUARD_EXPORT int lockf64(int file, int command, off64_t size) {
  return lock_part(next_lockf64, COROGUARD_CALLER, file, command, size);
}

// As in libc, an argument is taken whether there is one or not.
COROGUARD_EXPORT int fcntl(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = argument_of(arguments);
  va_end(arguments);
  return control(next_fcntl, COROGUARD_CALLER, file, command, argument);
}
COROGUARD_EXPORT int fcntl64(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = argument_of(arguments);
  va_end(arguments);
  return control(next_fcntl64, COROGUARD_CALLER, file, command, argument);
}
