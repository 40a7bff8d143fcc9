#include "task.h"

task say_hello() { co_return; }

void start() {
  say_hello(); // unawaited-coroutine
}
