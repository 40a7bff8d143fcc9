#include "server.hpp"

#include "history.hpp"
#include "session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <utility>

namespace chat {

using namespace std::chrono_literals;

std::string read_banner(const std::filesystem::path &file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

server::server(asio::io_context &io, history &log, const options &settings, std::string banner)
    : io_{io}, log_{log}, settings_{settings}, room_{log, banner}, seen_banner_{std::move(banner)},
      acceptor_{io, tcp::endpoint{asio::ip::address_v4::loopback(), settings.port}}, pause_{io} {}

void server::start() {
  asio::co_spawn(io_, accept_loop(), asio::detached);
  std::cout << "listening on " << acceptor_.local_endpoint() << std::endl;
  maintenance_ = std::jthread{[this](std::stop_token stop) { maintain(stop); }};
}

void server::stop() {
  stop_accepting();
  room_.close_all();
}

void server::stop_accepting() {
  acceptor_.close();
  pause_.cancel(); // accept_loop() may be in its pause
}

asio::awaitable<void> server::accept_loop() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!acceptor_.is_open()) co_return;
    if (error) {
      std::clog << "accept: " << error.message() << '\n';
      // Was std::this_thread::sleep_for(), a pause for the whole loop. A timer pauses this coroutine alone.
      pause_.expires_after(100ms);
      co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (!acceptor_.is_open()) co_return;
      continue;
    }
    asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> server::serve(tcp::socket socket) {
  session client{std::move(socket), room_, log_, settings_.idle};
  co_await client.run();
}

// Runs on its own thread, so it may read files and wait; what belongs to the loop it must not touch.
void server::maintain(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  bool draining = false;
  while (!never.wait_for(lock, stop, settings_.tick, [&stop] { return stop.stop_requested(); })) {
    if (std::string text = read_banner(settings_.banner); !text.empty() && text != seen_banner_) {
      seen_banner_ = text;
      // Fine: the room is changed by the loop.
      asio::post(io_, [this, text = std::move(text)] { room_.set_banner(text); });
    }
    std::error_code ignored;
    if (!draining && std::filesystem::exists(settings_.drain, ignored)) {
      draining = true;
      // Was acceptor_.close() here, on this thread. Posted, the loop does it between two other things.
      asio::post(io_, [this] {
        stop_accepting();
        std::cout << "draining" << std::endl;
      });
    }
  }
}

} // namespace chat
