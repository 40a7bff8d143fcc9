// for: seastar
// get() belongs into a seastar::thread, or behind the end of the future.
#include <lib.h>
#include <unistd.h>

ss::future<> flush();
ss::future<int> count();
struct service {
  ss::future<> stop();
};

// --- Warn -----------------------------------------------------------------------------------------------------------

ss::future<> in_coroutine() {
  flush().get();         // warn: blocking-wait "'seastar::future::get'"
  int n = count().get(); // warn: blocking-wait "'seastar::future::get'"
  flush().wait();        // warn: blocking-wait "'seastar::future::wait'"
  sleep(1);              // warn: blocking-call "'sleep' blocks"
  co_return;
}
ss::future<> in_continuation() {
  return flush().then([] {
    int n = count().get(); // warn: blocking-wait "'seastar::future::get'"
  });
}
void in_timer(ss::timer<> &timer) {
  timer.set_callback([] { flush().get(); }); // warn: blocking-wait "'seastar::future::get'"
}
ss::future<> on_other_shard() {
  return ss::smp::submit_to(1, [] { flush().get(); }); // warn: blocking-wait "'seastar::future::get'"
}
// A fiber may wait for futures, not for the kernel.
ss::future<> sleeps_in_fiber() {
  return ss::async([] {
    flush().get();
    sleep(1); // warn: blocking-call "'sleep' blocks"
  });
}

// --- Silent ---------------------------------------------------------------------------------------------------------

void helper() { flush().get(); }
ss::future<> in_fiber() {
  co_await ss::async([] {
    int n = count().get();
    helper();
  });
}
void in_thread() {
  ss::thread worker([] { flush().wait(); });
}
ss::future<> complete() {
  return count().then_wrapped([](ss::future<int> f) { int n = f.get(); });
}
ss::future<> checked() {
  auto f = count();
  if (f.available()) int n = f.get();
  co_await ss::sleep(std::chrono::milliseconds(1));
}
int plain() { return count().get(); }

// --- Known imperfections --------------------------------------------------------------------------------------------

// wait() leaves the result where it is.
ss::future<int> waits_first() {
  return ss::async([] {
    auto f = count();
    f.wait();
    return f.get();
  });
}
