// for: seastar
// Futures that nobody waits for, and the ways to leave work alone on purpose.
#include <lib.h>

using namespace std::chrono_literals;

ss::future<> flush();
ss::future<int> count();
struct service {
  ss::gate background;
  ss::sharded<service> *everywhere;
  ss::future<> stop();
};

// --- Warn -----------------------------------------------------------------------------------------------------------

ss::future<> drops(service &s, ss::semaphore &limit) {
  flush();                       // warn: unawaited-coroutine "'flush()' is never awaited"
  count().then([](int) {});      // warn: unawaited-coroutine "'seastar::future::then()'"
  ss::sleep(10ms);               // warn: unawaited-coroutine "'seastar::sleep()'"
  s.background.close();          // warn: unawaited-coroutine "'seastar::gate::close()'"
  ss::get_units(limit, 1);       // warn: unawaited-coroutine "'seastar::get_units()'"
  (void)flush();                 // warn: unawaited-coroutine "'flush()' is cast to void"
  ss::coroutine::all([] { return flush(); }, [] { return count(); }); // warn: unawaited-coroutine "never awaited"

  co_return;
}

void in_plain_function() {
  flush(); // warn: unawaited-coroutine "'flush()'"
}

ss::future<> in_continuation() {
  return count().then([](int n) {
    flush(); // warn: unawaited-coroutine "'flush()'"
    return ss::make_ready_future<>();
  });
}

// --- Silent ---------------------------------------------------------------------------------------------------------

ss::future<> waits(service &s, ss::semaphore &limit) {
  co_await flush();
  int n = co_await count();
  auto units = co_await ss::get_units(limit, 1);
  co_await ss::coroutine::all([] { return flush(); }, [] { return count(); });
  co_await ss::coroutine::maybe_yield();
  ss::future<> later = flush();
  co_await std::move(later);
  co_await s.stop();
}

ss::future<> returns() { return flush().then([] { return count(); }).discard_result(); }

// A gate holds the work, or a handler has its errors.
void in_background(service &s) {
  (void)ss::with_gate(s.background, [] { return flush(); });
  (void)flush().handle_exception([](std::exception_ptr) {});
  (void)flush().finally([holder = s.background.hold()] {});
  (void)flush().then_wrapped([](ss::future<> f) {});
  (void)ss::smp::submit_to(1, [] {});
  (void)ss::async([] {});
}

// In a fiber too, get() takes the outcome.
ss::future<> fiber() {
  return ss::async([] {
    flush().get();
    int n = count().get();
  });
}

ss::future<> forgets_to_yield() {
  ss::coroutine::maybe_yield(); // missed alarm: unawaited-coroutine
  co_return;
}
