#pragma once

#include "options.hpp"
#include "room.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stop_token>
#include <string>
#include <thread>

namespace chat {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string read_banner(const std::filesystem::path &file);

class server {
public:
  server(asio::io_context &io, history &log, const options &settings, std::string banner);

  void start(); // before the loop runs
  void stop();  // on the loop: closes the acceptor and all sessions

private:
  asio::awaitable<void> accept_loop();
  void stop_accepting();
  asio::awaitable<void> serve(tcp::socket socket);
  void maintain(std::stop_token stop);

  asio::io_context &io_;
  history &log_;
  options settings_;
  room room_;
  std::string seen_banner_; // the maintenance thread's, once that runs
  tcp::acceptor acceptor_;
  asio::steady_timer pause_; // of accept_loop(), after an error
  std::jthread maintenance_; // last member: joined before the others go
};

} // namespace chat
