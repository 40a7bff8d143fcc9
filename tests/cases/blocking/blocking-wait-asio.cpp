// for: asio
// Waits in callbacks of the loop.
#include <future>
#include <lib.h>

void callbacks(asio::io_context &io, asio::steady_timer &t, std::future<int> &f, asio::thread_pool &workers) {
  post(io, [&f] { f.get(); }); // warn: blocking-wait "'std::future::get' waits on the event loop's thread in a loop callback, 'lambda in callbacks'"
  t.async_wait([&f](asio::error_code) {
    f.wait(); // warn: blocking-wait "wait' waits"
  });
  post(workers, [&f] { f.get(); });
}
