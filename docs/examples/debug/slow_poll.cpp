// The process is stopped while the loop waits for its next timer: nothing in the program was slow, all was late.
#include <coroguard/runtime.hpp>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using coroguard::coro;

coro<void> waits() { co_await coroguard::sleep(coroguard::seconds(0.2)); }

int main() {
  const pid_t stopped = getpid();
  const pid_t child = fork();
  if (child == 0) {
    usleep(100'000);
    kill(stopped, SIGSTOP);
    usleep(400'000);
    kill(stopped, SIGCONT);
    _exit(0);
  }
  coroguard::run(waits(), {.debug = true});
  waitpid(child, nullptr, 0);
}
