// A descriptor that blocks is given to the loop: one spurious wake-up, and read() stops all tasks.
#include <coroguard/runtime.hpp>

#include <sys/socket.h>
#include <unistd.h>

int main() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
  {
    coroguard::event_loop loop;
    loop.set_debug(true);
    loop.add_reader(ends[0], [] {});
    loop.remove_reader(ends[0]);
  }
  close(ends[0]);
  close(ends[1]);
}
