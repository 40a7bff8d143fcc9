// coroguard's own cancelled_error is no std::exception, and is thrown once.
// for: runtime
#include <lib.h>

using namespace std::chrono_literals;
using coroguard::coro;
coro<void> work();
void log(const char *);

coro<void> for_ever() {
  for (;;) {
    try {
      co_await work();
    } catch (...) { // warn: swallowed-cancellation "'coroguard::cancelled_error'"
      log("failed");
    }
    co_await coroguard::sleep(1s);
  }
}
coro<void> only_errors() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      log(e.what());
    }
    co_await coroguard::sleep(1s);
  }
}
