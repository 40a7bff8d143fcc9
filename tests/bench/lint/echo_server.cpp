// Benchmark input: an echo server that includes the whole of Boost.Asio. It is only ever parsed.
#include <boost/asio.hpp>
#include <boost/asio/experimental/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

namespace echo {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct statistics {
  std::size_t connections = 0;
  std::size_t bytes = 0;
};

class session : public std::enable_shared_from_this<session> {
public:
  session(tcp::socket socket, statistics &totals) : socket(std::move(socket)), timer(this->socket.get_executor()), totals(totals) {}

  asio::awaitable<void> run() {
    auto self = shared_from_this();
    ++totals.connections;
    co_await (echo_lines() || watch());
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
  }

private:
  asio::awaitable<void> echo_lines() {
    std::string line;
    for (;;) {
      deadline = std::chrono::steady_clock::now() + 30s;
      auto [error, size] = co_await asio::async_read_until(socket, asio::dynamic_buffer(line, 4096), '\n', as_result);
      if (error == asio::error::eof) co_return;
      if (error) throw boost::system::system_error(error);
      totals.bytes += co_await asio::async_write(socket, asio::buffer(line, size), asio::use_awaitable);
      line.erase(0, size);
    }
  }

  asio::awaitable<void> watch() {
    deadline = std::chrono::steady_clock::now() + 30s;
    while (deadline > std::chrono::steady_clock::now()) {
      timer.expires_at(deadline);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  tcp::socket socket;
  asio::steady_timer timer;
  std::chrono::steady_clock::time_point deadline;
  statistics &totals;
};

asio::awaitable<void> listen(tcp::endpoint endpoint, statistics &totals) {
  auto executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor, endpoint);
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (error == asio::error::operation_aborted) co_return;
    if (error) continue;
    auto handler = [](std::exception_ptr failure) {
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception &e) {
        std::cerr << "session: " << e.what() << '\n';
      }
    };
    auto one = std::make_shared<session>(std::move(socket), totals);
    asio::co_spawn(executor, [one]() -> asio::awaitable<void> { co_await one->run(); }, handler);
  }
}

asio::awaitable<void> report(const statistics &totals) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(10s);
    co_await timer.async_wait(asio::use_awaitable);
    std::cout << totals.connections << " connections, " << totals.bytes << " bytes\n";
  }
}

asio::awaitable<void> wait_for_signal() {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
}

asio::awaitable<void> serve(tcp::endpoint endpoint) {
  statistics totals;
  co_await (listen(endpoint, totals) || report(totals) || wait_for_signal());
}

} // namespace echo

int main(int argc, char **argv) {
  unsigned short port = 7;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::string_view(argv[1]).size(), port);
  boost::asio::io_context io(1);
  boost::asio::co_spawn(io, echo::serve({boost::asio::ip::tcp::v4(), port}), boost::asio::detached);
  io.run();
}
