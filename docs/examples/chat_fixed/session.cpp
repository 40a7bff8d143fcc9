#include "session.hpp"

#include "history.hpp"
#include "room.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace chat {

namespace {

constexpr std::size_t max_line = 1024;
constexpr std::size_t max_outbox = 256 * 1024;
constexpr auto no_throw = asio::as_tuple(asio::use_awaitable); // gives the error_code back as a value

std::string guest_name() {
  static unsigned count = 0; // loop thread only
  return "guest" + std::to_string(++count);
}

} // namespace

session::session(tcp::socket socket, room &room, history &log, std::chrono::milliseconds idle_limit)
    : socket_{std::move(socket)}, room_{room}, log_{log}, idle_limit_{idle_limit}, nick_{guest_name()},
      outbox_filled_{socket_.get_executor(), asio::steady_timer::time_point::max()},
      idle_{socket_.get_executor(), idle_limit} {
  room_.join(*this);
}

session::~session() { room_.leave(*this); }

asio::awaitable<void> session::run() {
  using namespace asio::experimental::awaitable_operators;
  // Was `greet();`, which makes the coroutine and throws it away. Awaited, it runs.
  co_await greet();
  // The first of the three to end cancels the other two.
  co_await (read_lines() || write_queued() || watch_idle());
}

asio::awaitable<void> session::greet() {
  const std::string banner = room_.banner(); // a copy: it can change while we write
  co_await asio::async_write(socket_, asio::buffer(banner), asio::use_awaitable);
}

asio::awaitable<void> session::read_lines() {
  std::string input;
  for (;;) {
    auto [error, length] =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(input, max_line), '\n', no_throw);
    if (error) co_return; // the client hung up, sent too long a line, or stop() was called
    std::string line = input.substr(0, length - 1);
    input.erase(0, length);
    if (line.ends_with('\r')) line.pop_back();
    idle_.expires_after(idle_limit_);

    if (line == "/quit") {
      co_return;
    } else if (line == "/who") {
      deliver(room_.who());
    } else if (line == "/save") {
      // Was a plain call that ended in fsync(). Now only this client waits for the disk.
      co_await log_.checkpoint();
      deliver("* history saved");
    } else if (line.starts_with("/nick ")) {
      rename(line.substr(6));
    } else if (!line.empty()) {
      room_.broadcast(nick_ + ": " + line);
    }
  }
}

asio::awaitable<void> session::write_queued() {
  for (;;) {
    if (outbox_.empty()) {
      co_await outbox_filled_.async_wait(no_throw);
      continue;
    }
    const std::string batch = std::exchange(outbox_, {});
    auto [error, length] = co_await asio::async_write(socket_, asio::buffer(batch), no_throw);
    if (error) co_return;
  }
}

asio::awaitable<void> session::watch_idle() {
  // read_lines() moves the expiry on, which ends the wait early.
  while (idle_.expiry() > asio::steady_timer::clock_type::now()) co_await idle_.async_wait(no_throw);
}

void session::deliver(const std::string &line) {
  if (outbox_.size() + line.size() > max_outbox) return stop(); // the client does not read what we send
  outbox_ += line;
  outbox_ += '\n';
  outbox_filled_.cancel();
}

void session::stop() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void session::rename(std::string nick) {
  if (nick.empty() || nick.size() > 32 || nick.find(' ') != std::string::npos)
    return deliver("* that is not a good nickname");
  if (room_.nick_taken(nick)) return deliver("* " + nick + " is taken");
  const std::string old = std::exchange(nick_, std::move(nick));
  room_.broadcast("* " + old + " is now " + nick_);
}

} // namespace chat
