// for: asio
// Objects that block when they die, in callbacks of the loop and behind hops.
#include <lib.h>
#include <thread>

void work();

void callbacks(asio::io_context &io, asio::thread_pool &workers) {
  post(io, [] {
    std::jthread worker(work); // warn: blocking-destructor "'worker' blocks the event loop's thread in a loop callback, 'lambda in callbacks'"
  });
  post(workers, [] { std::jthread worker(work); });
}

asio::awaitable<void> pools() {
  asio::thread_pool local; // warn: blocking-destructor "'local' blocks"
  asio::thread_pool joined;
  joined.join(); // warn: blocking-call "join' blocks"
  co_return;
}

asio::awaitable<void> hops(asio::thread_pool &workers, asio::io_context &io) {
  std::jthread before(work); // its end is behind the hop
  co_await post(bind_executor(workers, use_awaitable));
  std::jthread behind(work);
}

asio::awaitable<void> comes_back(asio::thread_pool &workers, asio::io_context &io) {
  co_await post(bind_executor(workers, use_awaitable));
  std::jthread kept(work); // warn: blocking-destructor "'kept' blocks"
  co_await post(bind_executor(io, use_awaitable));
}
