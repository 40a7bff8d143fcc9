#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace chat {

namespace asio = boost::asio;
using asio::ip::tcp;

class history;
class room;

// One client. It is in the room from its construction to its destruction.
class session {
public:
  session(tcp::socket socket, room &room, history &log, std::chrono::milliseconds idle_limit);
  ~session();

  asio::awaitable<void> run(); // ends when the client leaves, is idle or is stopped

  void deliver(const std::string &line); // queues a line for this client
  void stop();
  const std::string &nick() const { return nick_; }

private:
  asio::awaitable<void> greet();
  asio::awaitable<void> read_lines();
  asio::awaitable<void> write_queued();
  asio::awaitable<void> watch_idle();
  void rename(std::string nick);

  tcp::socket socket_;
  room &room_;
  history &log_;
  std::chrono::milliseconds idle_limit_;
  std::string nick_;
  std::string outbox_;
  asio::steady_timer outbox_filled_; // never expires; cancelled to wake write_queued()
  asio::steady_timer idle_;
};

} // namespace chat
