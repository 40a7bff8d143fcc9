// for: seastar
#include <lib.h>

ss::future<> flush();
ss::future<int> count();

// --- Warn -----------------------------------------------------------------------------------------------------------

ss::future<> stored() {
  auto chain = flush().then([] { return count(); }); // warn: dropped-task-handle "chain"
  co_return;
}
ss::future<> on_one_path(bool early) {
  auto f = flush(); // warn: dropped-task-handle "f"
  if (early) co_return;
  co_await std::move(f);
}

// --- Silent ---------------------------------------------------------------------------------------------------------

ss::future<> awaited(bool early) {
  auto f = flush();
  if (early) co_await ss::sleep(std::chrono::milliseconds(1));
  co_await std::move(f);
}
ss::future<> returned() {
  auto f = flush();
  return f;
}
ss::future<> waited() {
  return ss::async([] {
    auto f = flush();
    f.get();
  });
}
// A future does not need the promise that it was taken from.
ss::future<> of_a_local_promise() {
  ss::promise<> p;
  auto f = p.get_future();
  p.set_value();
  return f;
}
ss::future<> promise_moves_on() {
  ss::promise<> p;
  auto done = p.get_future();
  (void)ss::sleep(std::chrono::milliseconds(1)).finally([p = std::move(p)]() mutable { p.set_value(); });
  return done;
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

// A check for readiness that also deals with the outcome.
ss::future<> ignored() {
  ss::promise<> p;
  p.set_value();
  auto f = p.get_future(); // false alarm: dropped-task-handle
  f.ignore_ready_future();
  return flush();
}
