// Two tasks wait for each other, for ever.
#include <coroguard/runtime.hpp>

using coroguard::coro;
using coroguard::task;

coro<void> read_then_write(task<void>& writer) { co_await writer; }
coro<void> write_then_read(task<void>& reader) { co_await reader; }

coro<void> deadlock() {
  task<void> reader;
  task<void> writer;
  reader = coroguard::create_task(read_then_write(writer));
  writer = coroguard::create_task(write_then_read(reader));
  co_await coroguard::sleep(coroguard::seconds(0.1));
  reader.cancel();
}

int main() { coroguard::run(deadlock(), {.debug = true}); }
