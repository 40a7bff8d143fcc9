// Calls that wait for a child, unless one has ended already.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "preload/interpose.hpp"

using namespace coroguard::preload;

COROGUARD_NEXT(system, int(const char*));
COROGUARD_NEXT(pclose, int(FILE*));
COROGUARD_NEXT(wait, pid_t(int*));
COROGUARD_NEXT(waitpid, pid_t(pid_t, int*, int));
COROGUARD_NEXT(wait3, pid_t(int*, int, rusage*));
COROGUARD_NEXT(wait4, pid_t(pid_t, int*, int, rusage*));
COROGUARD_NEXT(waitid, int(idtype_t, id_t, siginfo_t*, int));

namespace {

bool waits_for(idtype_t type, id_t id, int states) {
  if ((states & WNOHANG) != 0) return false;
  siginfo_t child{};
  const int found = next_waitid(type, id, &child, states | WNOHANG | WNOWAIT);
  return found == 0 && child.si_pid == 0;
}

bool waits_for_pid(pid_t pid, int options) {
  const int states = options | WEXITED;  // WUNTRACED is WSTOPPED
  if (pid > 0) return waits_for(P_PID, static_cast<id_t>(pid), states);
  if (pid == -1) return waits_for(P_ALL, 0, states);
  return waits_for(P_PGID, static_cast<id_t>(-pid), states);  // 0: the own group
}

}  // namespace

COROGUARD_EXPORT int system(const char* command) {
  return call_if([&] { return command != nullptr; }, next_system, COROGUARD_CALLER, command);
}
COROGUARD_EXPORT int pclose(FILE* stream) { return call(next_pclose, COROGUARD_CALLER, stream); }
COROGUARD_EXPORT pid_t wait(int* status) {
  return call_if([] { return waits_for_pid(-1, 0); }, next_wait, COROGUARD_CALLER, status);
}
COROGUARD_EXPORT pid_t waitpid(pid_t pid, int* status, int options) {
  return call_if([&] { return waits_for_pid(pid, options); }, next_waitpid, COROGUARD_CALLER, pid, status, options);
}
COROGUARD_EXPORT pid_t wait3(int* status, int options, rusage* usage) noexcept {
  return call_if([&] { return waits_for_pid(-1, options); }, next_wait3, COROGUARD_CALLER, status, options, usage);
}
COROGUARD_EXPORT pid_t wait4(pid_t pid, int* status, int options, rusage* usage) noexcept {
  return call_if([&] { return waits_for_pid(pid, options); }, next_wait4, COROGUARD_CALLER, pid, status, options, usage);
}
COROGUARD_EXPORT int waitid(idtype_t type, id_t id, siginfo_t* information, int options) {
  return call_if([&] { return waits_for(type, id, options); }, next_waitid, COROGUARD_CALLER, type, id, information, options);
}
