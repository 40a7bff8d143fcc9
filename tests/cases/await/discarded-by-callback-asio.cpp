// for: asio
#include <lib.h>

asio::awaitable<void> session();

// --- Warn -----------------------------------------------------------------------------------------------------------

void gives(asio::io_context &io, asio::steady_timer &timer) {
  post(io, [] { return session(); });                                        // warn: discarded-by-callback "'asio::post'"
  post(io, []() -> asio::awaitable<void> { co_return; });                    // warn: discarded-by-callback "'asio::post'"
  asio::dispatch(io, session);                                               // warn: discarded-by-callback "'asio::dispatch'"
  timer.async_wait([](asio::error_code) -> asio::awaitable<void> { co_return; }); // warn: discarded-by-callback "async_wait'"
}

// --- Silent ---------------------------------------------------------------------------------------------------------

void starts(asio::io_context &io) {
  co_spawn(io, session, detached);
  co_spawn(io, [] { return session(); }, detached);
  co_spawn(io, []() -> asio::awaitable<void> { co_return; }, detached);
  post(io, [&io] { co_spawn(io, session(), detached); });
}
