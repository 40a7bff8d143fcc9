// A call that blocks is named in debug mode, where it is; one that is meant to is allowed.
//
// The program links coroguard::preload, which sees them.
#include <coroguard/runtime.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

using coroguard::coro;

bool append(int file, std::string_view line) {
  return write(file, line.data(), line.size()) > 0 && fsync(file) == 0;  // the loop waits for the disk
}

// NOLINTBEGIN(coroguard-blocking-call): what the example shows
coro<void> begin(int file) {
  const coroguard::allow_blocking allowed("before the first connection nobody waits");
  append(file, "begins\n");
  co_return;
}

coro<void> serve(int file) {
  append(file, "a line\n");
  co_return;
}
// NOLINTEND(coroguard-blocking-call)

coro<void> serve_from_a_thread(int file) {
  co_await coroguard::get_running_loop().run_in_executor(nullptr, [file] { append(file, "another\n"); });
}

coro<void> amain(int file) {
  co_await begin(file);
  co_await serve_from_a_thread(file);
  co_await serve(file);
}

int main() {
  coroguard::set_report_sink([](const coroguard::report& found) {
    if (found.rule != "blocking-call") return;  // a slow disk also makes a slow-callback
    const std::string_view message = found.message;
    std::cout << found.rule << ": " << message.substr(0, message.find(" in <")) << "\n";
    std::cout << "  in " << coroguard::function_name(found.await_chain[0].function) << "\n";
  });
  char path[] = "/tmp/coroguard-example-XXXXXX";
  const int file = mkstemp(path);
  coroguard::run(amain(file), {.debug = true});
  unlink(path);
}
