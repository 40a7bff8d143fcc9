// Benchmark input: a TCP proxy with name resolution, retries, limits and strands. It is only ever parsed.
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <algorithm>
#include <array>
#include <deque>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace proxy {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using strand = asio::strand<asio::io_context::executor_type>;
using log_channel = asio::experimental::channel<void(boost::system::error_code, std::string)>;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct route {
  std::string host, service;
  unsigned attempts = 3;
};

struct route_table {
  std::map<std::string, route, std::less<>> by_name;

  const route *find(std::string_view name) const {
    auto it = by_name.find(name);
    return it == by_name.end() ? nullptr : &it->second;
  }
};

class limiter {
public:
  explicit limiter(asio::any_io_executor executor, std::size_t most) : slots(executor), free(most) {
    slots.expires_at(asio::steady_timer::time_point::max());
  }

  asio::awaitable<void> acquire() {
    while (free == 0) co_await slots.async_wait(as_result);
    --free;
  }
  void release() {
    ++free;
    slots.cancel_one();
  }

private:
  asio::steady_timer slots;
  std::size_t free;
};

asio::awaitable<std::optional<tcp::socket>> connect_once(const route &to) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  asio::steady_timer timer(executor, 5s);
  auto resolved = co_await (resolver.async_resolve(to.host, to.service, as_result) || timer.async_wait(as_result));
  if (resolved.index() == 1) co_return std::nullopt;
  auto &[error, endpoints] = std::get<0>(resolved);
  if (error) co_return std::nullopt;
  tcp::socket socket(executor);
  timer.expires_after(5s);
  auto connected = co_await (asio::async_connect(socket, endpoints, as_result) || timer.async_wait(as_result));
  if (connected.index() == 1 || std::get<0>(std::get<0>(connected))) co_return std::nullopt;
  co_return socket;
}

asio::awaitable<std::optional<tcp::socket>> connect(route to) {
  asio::steady_timer pause(co_await asio::this_coro::executor);
  for (unsigned attempt = 0; attempt < to.attempts; ++attempt) {
    if (auto socket = co_await connect_once(to)) co_return socket;
    pause.expires_after(100ms * (1u << std::min(attempt, 6u)));
    co_await pause.async_wait(asio::use_awaitable);
  }
  co_return std::nullopt;
}

asio::awaitable<std::size_t> pump(tcp::socket &from, tcp::socket &to) {
  std::array<char, 16 * 1024> buffer;
  std::size_t total = 0;
  for (;;) {
    auto [error, size] = co_await from.async_read_some(asio::buffer(buffer), as_result);
    if (error) break;
    auto [failed, written] = co_await asio::async_write(to, asio::buffer(buffer, size), as_result);
    total += written;
    if (failed) break;
  }
  boost::system::error_code ignored;
  to.shutdown(tcp::socket::shutdown_send, ignored);
  co_return total;
}

asio::awaitable<std::string> read_name(tcp::socket &client) {
  std::string line;
  std::size_t size = co_await asio::async_read_until(client, asio::dynamic_buffer(line, 256), '\n', asio::use_awaitable);
  line.resize(size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  co_return line;
}

asio::awaitable<void> serve(tcp::socket client, const route_table &routes, limiter &limit, log_channel &log) {
  std::string name = co_await read_name(client);
  const route *to = routes.find(name);
  if (!to) {
    co_await asio::async_write(client, asio::buffer("no such route\n", 14), as_result);
    co_return;
  }
  co_await limit.acquire();
  try {
    if (auto server = co_await connect(*to)) {
      auto [up, down] = co_await (pump(client, *server) && pump(*server, client));
      co_await log.async_send({}, name + ": " + std::to_string(up) + " up, " + std::to_string(down) + " down", as_result);
    }
  } catch (const boost::system::system_error &failure) {
    log.try_send(boost::system::error_code{}, name + ": " + failure.what());
  }
  limit.release();
}

asio::awaitable<void> write_log(log_channel &log) {
  for (;;) {
    auto [error, line] = co_await log.async_receive(as_result);
    if (error) co_return;
    std::clog << line << '\n';
  }
}

asio::awaitable<void> listen(tcp::acceptor acceptor, const route_table &routes, log_channel &log) {
  limiter limit(acceptor.get_executor(), 1000);
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(client), routes, limit, log), asio::detached);
  }
}

} // namespace proxy

int main() {
  namespace asio = boost::asio;
  asio::io_context io;
  proxy::strand one(io.get_executor());
  proxy::route_table routes{{{"web", {"www.example.org", "http"}}, {"mail", {"mail.example.org", "smtp", 5}}}};
  proxy::log_channel log(one, 64);
  asio::co_spawn(one, proxy::write_log(log), asio::detached);
  asio::co_spawn(one, proxy::listen({io, {asio::ip::tcp::v6(), 4000}}, routes, log), [&io](std::exception_ptr) { io.stop(); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back([&io] { io.run(); });
  for (std::thread &thread : threads) thread.join();
}
