// The rows of rows.hpp with standalone Asio; built without and with ASIO_ENABLE_HANDLER_TRACKING, which writes a line for each
// thing that happens to a handler to standard error. Asio has no futures to await.
#include <asio.hpp>
#include <memory>

#include "rows.hpp"

namespace {

using asio::io_context;
using executor = io_context::executor_type;
template <class T>
using awaitable = asio::awaitable<T, executor>;
constexpr asio::use_awaitable_t<executor> use_awaitable;
using clock_type = std::chrono::steady_clock;
using timer = asio::basic_waitable_timer<clock_type, asio::wait_traits<clock_type>, executor>;

void run_ready(io_context& context) {
  context.restart();
  context.run();
}

// ---- callbacks -------------------------------------------------------------------------------------------------------

struct refill {
  io_context& context;
  std::int64_t& left;
  void operator()() const {
    if (left <= 0) return;
    for (std::int64_t i = 1; i < bench::batch; ++i) asio::post(context, [&left = left] { --left; });
    --left;
    asio::post(context, *this);
  }
};
void soon_batch(std::int64_t operations) {
  io_context context(1);
  asio::post(context, refill{context, operations});
  bench::measured([&] { context.run(); });
  bench::require(operations <= 0, "callbacks are missing");
}

struct again {
  io_context& context;
  std::int64_t& left;
  void operator()() const {
    if (--left > 0) asio::post(context, *this);
  }
};
void soon_one(std::int64_t operations) {
  io_context context(1);
  asio::post(context, again{context, operations});
  bench::measured([&] { context.run(); });
}

void threadsafe(std::int64_t operations) {
  io_context context(1);
  std::int64_t called = 0;
  bench::measured([&] {
    for (std::int64_t done = 0; done < operations; done += 10 * bench::batch) {
      for (std::int64_t i = 0; i < 10 * bench::batch; ++i) asio::post(context, [&called] { ++called; });
      run_ready(context);
    }
  });
  bench::require(called >= operations, "callbacks are missing");
}

void run_once(std::int64_t operations) {
  io_context context(1);
  std::int64_t called = 0;
  bench::measured([&] {
    for (std::int64_t done = 0; done < operations; ++done) {
      asio::post(context, [&called] { ++called; });
      run_ready(context);
    }
  });
  bench::require(called == operations, "runs are missing");
}

void timers(std::int64_t operations) {
  const std::vector<int> late = bench::microseconds_late();
  io_context context(1);
  std::vector<timer> all;
  for (std::size_t i = 0; i < late.size(); ++i) all.emplace_back(context);
  std::int64_t called = 0;
  bench::measured([&] {
    for (std::int64_t done = 0; done < operations; done += bench::batch) {
      for (std::size_t i = 0; i < late.size(); ++i) {
        all[i].expires_after(std::chrono::microseconds(-late[i]));
        all[i].async_wait([&called](asio::error_code) { ++called; });
      }
      run_ready(context);
    }
  });
  bench::require(called >= operations, "timers are missing");
}

// ---- coroutines ------------------------------------------------------------------------------------------------------

awaitable<int> leaf() { co_return 1; }

awaitable<int> spawns_and_joins(executor on, std::int64_t operations) {
  int sum = 0;
  for (std::int64_t i = 0; i < operations; ++i) sum += co_await asio::co_spawn(on, leaf(), use_awaitable);
  co_return sum;
}

awaitable<int> awaits_coroutines(executor, std::int64_t operations) {
  int sum = 0;
  for (std::int64_t i = 0; i < operations; ++i) sum += co_await leaf();
  co_return sum;
}

template <awaitable<int> body(executor, std::int64_t)>
void coroutine_row(std::int64_t operations) {
  io_context context(1);
  int sum = 0;
  asio::co_spawn(context, body(context.get_executor(), operations), [&sum](std::exception_ptr, int result) { sum = result; });
  bench::measured([&] { context.run(); });
  bench::require(sum == static_cast<int>(operations), "results are missing");
}

// ---- sockets ---------------------------------------------------------------------------------------------------------

// As with the other loops: it waits for the descriptor, and reads and writes itself.
struct end_of_echo {
  asio::posix::basic_stream_descriptor<executor> descriptor;
  std::int64_t left;
  bool answers;
  bench::held_memory held = {};

  void wait() {
    descriptor.async_wait(asio::posix::descriptor_base::wait_read, [this](asio::error_code error) {
      if (error) return;
      char message[bench::message_size];
      const int fd = descriptor.native_handle();
      bench::require(recv(fd, message, sizeof message, 0) == sizeof message, "recv");
      --left;
      if (!answers) held.message_came();
      if (left > 0 || answers) bench::require(send(fd, message, sizeof message, 0) == sizeof message, "send");
      if (left > 0) wait();
    });
  }
};

template <std::pair<int, int> connect()>
void echo(std::int64_t operations) {
  io_context context(1);
  const auto [client_fd, server_fd] = connect();
  end_of_echo client{{context, client_fd}, operations, false};
  end_of_echo server{{context, server_fd}, operations, true};
  const char message[bench::message_size] = {};
  bench::require(send(client_fd, message, sizeof message, 0) == sizeof message, "send");
  client.wait();
  server.wait();
  bench::measured([&] { context.run(); });
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run({{bench::soon_batch, soon_batch},
                     {bench::soon_one, soon_one},
                     {bench::threadsafe, threadsafe},
                     {bench::run_once, run_once},
                     {bench::spawn_join, coroutine_row<spawns_and_joins>},
                     {bench::await_coroutine, coroutine_row<awaits_coroutines>},
                     {bench::timers, timers},
                     {bench::echo_pair, echo<bench::connected_pair>},
                     {bench::echo_tcp, echo<bench::connected_tcp>}},
                    {argv + 1, argv + argc});
}
