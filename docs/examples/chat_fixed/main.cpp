#include "history.hpp"
#include "options.hpp"
#include "server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <charconv>
#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace {

chat::options parse(int argc, char **argv) {
  if (argc < 2 || argc % 2 != 0)
    throw std::invalid_argument{"usage: chat PORT [--banner FILE] [--history FILE] [--drain FILE]"
                                " [--idle-ms N] [--tick-ms N]"};
  chat::options result;
  const std::string_view port = argv[1];
  const auto [end, error] = std::from_chars(port.begin(), port.end(), result.port);
  if (error != std::errc{} || end != port.end())
    throw std::invalid_argument{"PORT must be a number from 0 to 65535"};
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--banner")
      result.banner = value;
    else if (name == "--history")
      result.history = value;
    else if (name == "--drain")
      result.drain = value;
    else if (name == "--idle-ms")
      result.idle = std::chrono::milliseconds{std::stoi(value)};
    else if (name == "--tick-ms")
      result.tick = std::chrono::milliseconds{std::stoi(value)};
    else
      throw std::invalid_argument{"unknown option " + name};
  }
  return result;
}

} // namespace

int main(int argc, char **argv) try {
  const chat::options settings = parse(argc, argv);

  // Blocked before the first thread starts, so that all inherit the mask and main() gets the signal.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  // Fine: files are opened and read before the loop runs.
  boost::asio::io_context io;
  chat::history log{settings.history};
  chat::server server{io, log, settings, chat::read_banner(settings.banner)};
  server.start();

  std::thread loop{[&io] { io.run(); }}; // fine: the loop's own thread
  int signal = 0;
  sigwait(&stop_signals, &signal); // fine: main() is not the loop
  boost::asio::post(io, [&server] { server.stop(); });
  loop.join();
  return 0;
} catch (const std::exception &error) {
  std::cerr << "chat: " << error.what() << '\n';
  return 1;
}
