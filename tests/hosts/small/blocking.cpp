#include "helper.h"
#include "task.h"

task poll_forever() {
  for (;;) {
    co_await std::suspend_always{};
    pause_a_little(); // blocking-call: the helper is in another translation unit
  }
}
