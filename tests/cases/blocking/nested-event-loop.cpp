// for: asio
// An event loop that is run inside of loop code.
#include <chrono>
#include <functional>
#include <lib.h>
#include <memory>
#include <thread>
#include <vector>

using asio::awaitable;

// --- The plain bug -------------------------------------------------------------------------------------------------

awaitable<void> handle(asio::io_context &io) {
  io.run(); // warn: nested-event-loop "'asio::io_context::run' runs an event loop inside of coroutine 'handle'; the outer loop's turn does not end before the inner loop does" // note: "'asio::io_context::run' runs a loop: it runs the event loop until there is no work or the time is over"
  co_return;
}

// --- Spellings -----------------------------------------------------------------------------------------------------

void drain(asio::io_context &io) {
  io.run(); // note: "'asio::io_context::run' runs a loop"
}
void drain_all(std::vector<std::unique_ptr<asio::io_context>> &all) {
  for (auto &io : all) drain(*io); // note: "'drain_all' calls 'drain'"
}
struct runner {
  asio::io_context io;
  void operator()() { io.run(); }
  static void now(asio::io_context &io) { io.run(); }
  virtual ~runner() { io.run(); }
};
template <class Loop> void run_any(Loop &l) { l.run(); }

awaitable<void> spellings(asio::io_context *pointer, std::shared_ptr<asio::io_context> shared, runner &r,
                          std::vector<std::unique_ptr<asio::io_context>> &all, bool b) {
  pointer->run();               // warn: nested-event-loop "'asio::io_context::run' runs"
  shared->run();                // warn: nested-event-loop "'asio::io_context::run' runs"
  (*pointer).run();             // warn: nested-event-loop "'asio::io_context::run' runs"
  drain(*pointer);              // warn: nested-event-loop "'drain' ends in 'asio::io_context::run' and runs"
  drain_all(all);               // warn: nested-event-loop "'drain_all' ends in"
  r();                          // warn: nested-event-loop "'runner::operator()' ends in"
  runner::now(*pointer);        // warn: nested-event-loop "'runner::now' ends in"
  run_any(*pointer);            // warn: nested-event-loop "'run_any' ends in"
  std::size_t n = b ? pointer->run() : 0; // warn: nested-event-loop "'asio::io_context::run' runs"
  [&] { shared->run(); }();     // warn: nested-event-loop "ends in 'asio::io_context::run'"
  asio::io_context own;
  own.run();                    // warn: nested-event-loop "'asio::io_context::run' runs"
  runner dies;                  // warn: nested-event-loop "'runner' ends in"
  (void)n;
  co_return;
}

void callbacks(asio::io_context &io, asio::steady_timer &t) {
  post(io, [&io] { io.run(); }); // warn: nested-event-loop "inside of a loop callback, 'lambda in callbacks'"
  t.async_wait([&io](asio::error_code) {
    drain(io); // warn: nested-event-loop "'drain' ends in"
  });
  std::function<void()> stored = [&io] { io.run(); }; // warn: nested-event-loop "inside of a loop callback"
  post(io, [stored] { stored(); });
}

// --- Silent --------------------------------------------------------------------------------------------------------

awaitable<void> only_ready(asio::io_context &io) {
  io.poll();
  io.stop();
  co_return;
}
awaitable<void> elsewhere(asio::thread_pool &workers) {
  post(workers, [] {
    asio::io_context own;
    own.run();
  });
  std::thread([] {
    asio::io_context own;
    drain(own);
  }).detach();
  auto never = [](asio::io_context &io) { io.run(); };
  (void)never;
  co_return;
}
awaitable<void> behind_a_hop(asio::thread_pool &workers, asio::io_context &own) {
  co_await post(bind_executor(workers, use_awaitable));
  own.run();
}
struct other {
  void run();
};
awaitable<void> namesake(other &o) {
  o.run();
  co_return;
}
void plain(asio::io_context &io) { io.run(); }
int main() {
  asio::io_context io;
  post(io, [] {});
  io.run();
  plain(io);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

awaitable<void> chosen_at_run_time(asio::io_context &io, bool b) {
  void (*run)(asio::io_context &) = b ? drain : plain;
  run(io); // missed alarm: nested-event-loop
  co_return;
}
