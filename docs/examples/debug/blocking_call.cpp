// Linked with coroguard::preload, or run with LD_PRELOAD=libcoroguard-preload.so: each call that blocks is named where it is.
#include <coroguard/runtime.hpp>

#include <unistd.h>

using coroguard::coro;

void wait_for_disk() { usleep(1000); }

coro<void> serve() {
  wait_for_disk();
  co_return;
}

int main() { coroguard::run(serve(), {.debug = true}); }
