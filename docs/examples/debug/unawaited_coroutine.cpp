// A coroutine that is called and forgotten never runs.
#include <coroguard/runtime.hpp>

using coroguard::coro;

coro<void> write_audit_log() { co_return; }

[[gnu::noinline]] void note_login() { auto forgotten = write_audit_log(); }

coro<void> login() {
  note_login();
  co_return;
}

coro<void> serve() { co_await login(); }

int main() { coroguard::run(serve(), {.debug = true}); }
