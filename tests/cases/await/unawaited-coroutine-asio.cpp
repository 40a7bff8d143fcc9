// for: asio
// The forms that only Asio has: tokens decide whether there is anything to await.
#include <lib.h>

using asio::deferred;
asio::awaitable<void> session();
asio::awaitable<int> compute();
asio::awaitable<std::size_t> read_all(asio::ip::tcp::socket &socket);

// --- Warn -----------------------------------------------------------------------------------------------------------

asio::awaitable<void> operations(asio::io_context &io, asio::steady_timer &timer, asio::ip::tcp::socket &socket) {
  timer.async_wait(use_awaitable);    // warn: unawaited-coroutine "'asio::basic_waitable_timer::async_wait()' is never awaited"
  timer.async_wait(deferred);         // warn: unawaited-coroutine "async_wait()' is never awaited"
  asio::async_write(socket, {}, use_awaitable); // warn: unawaited-coroutine "'asio::async_write()'"
  co_spawn(io, session(), use_awaitable);       // warn: unawaited-coroutine "'asio::co_spawn()'"
  co_spawn(io, compute(), use_awaitable);       // warn: unawaited-coroutine "'asio::co_spawn()'"
  post(io, use_awaitable);                      // warn: unawaited-coroutine "'asio::post()'"
  (void)read_all(socket);                       // warn: unawaited-coroutine "'read_all()' is cast to void"
  co_return;
}

asio::awaitable<void> operators() {
  using namespace asio::experimental::awaitable_operators;
  session() && session(); // warn: unawaited-coroutine "awaitable_operators::operator&&()' is never awaited"
  session() || session(); // warn: unawaited-coroutine "operator||()'"
  co_return;
}

// A handler is a plain function: what it drops is dropped.
void handler(asio::steady_timer &timer) {
  timer.async_wait([](asio::error_code) {
    session(); // warn: unawaited-coroutine "'session()'"
  });
  post(timer.get_executor(), [] { session(); }); // warn: unawaited-coroutine "'session()'"
}

// --- Silent ----------------------------------------------------------------------------------------------------------

asio::awaitable<void> started(asio::io_context &io, asio::thread_pool &workers, asio::steady_timer &timer) {
  using namespace asio::experimental::awaitable_operators;
  co_spawn(io, session(), detached);
  co_spawn(workers, compute(), detached);
  co_spawn(io, [] { return session(); }, detached);
  co_spawn(io, []() -> asio::awaitable<void> { co_return; }, detached);
  co_spawn(timer.get_executor(), session(), [](std::exception_ptr) {});
  post(io, [] {});
  post(io, detached);
  timer.async_wait([](asio::error_code) {});
  timer.async_wait(detached);
  co_await (session() && session());
  co_await (session() || timer.async_wait(use_awaitable));
  co_await co_spawn(io, session(), use_awaitable);
  co_await timer.async_wait(deferred);
  co_await post(bind_executor(workers, use_awaitable));
}

// --- Another rule's ----------------------------------------------------------------------------------------------------

// The callable's result is dropped by post.
void given_to_post(asio::io_context &io) {
  post(io, [] { return session(); }); // warn: discarded-by-callback "task of 'lambda in given_to_post' is dropped by 'asio::post'"
}
