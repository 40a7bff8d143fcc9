// The rows of rows.hpp with coroguard's runtime, with debug mode off or on; built with the observer and without.
#include <coroguard/loop/event_loop.hpp>
#include <coroguard/task/task.hpp>

#include "rows.hpp"

namespace {

using coroguard::coro;
using coroguard::event_loop;
using coroguard::future;
using coroguard::task;

struct bench_loop : event_loop {
  bench_loop() {
    set_debug(bench::debug);
    bench::require(get_debug() == bench::debug, "this program has no debug mode");
  }
  // Runs what is ready.
  void run_ready() {
    stop();
    run_forever();
  }
};

// ---- callbacks -------------------------------------------------------------------------------------------------------

// In one run of the loop, as a program does; its first callback fills the next turn.
struct refill {
  event_loop& loop;
  std::int64_t& left;
  void operator()() const {
    if (left <= 0) return loop.stop();
    for (std::int64_t i = 1; i < bench::batch; ++i) loop.call_soon([&left = left] { --left; });
    --left;
    loop.call_soon(*this);
  }
};
void soon_batch(std::int64_t operations) {
  bench_loop loop;
  std::int64_t left = operations;
  loop.call_soon(refill{loop, left});
  bench::measured([&] { loop.run_forever(); });
  bench::require(left <= 0, "callbacks are missing");
}

struct again {
  event_loop& loop;
  std::int64_t& left;
  void operator()() const {
    if (--left <= 0)
      loop.stop();
    else
      loop.call_soon(*this);
  }
};
void soon_one(std::int64_t operations) {
  bench_loop loop;
  loop.call_soon(again{loop, operations});
  bench::measured([&] { loop.run_forever(); });
}

// From outside of the loop, which does not run meanwhile: what a post costs, without a second thread's noise.
void threadsafe(std::int64_t operations) {
  bench_loop loop;
  std::int64_t called = 0;
  bench::measured([&] {
    for (std::int64_t done = 0; done < operations; done += 10 * bench::batch) {
      for (std::int64_t i = 0; i < 10 * bench::batch; ++i) loop.call_soon_threadsafe([&called] { ++called; });
      loop.run_ready();
    }
  });
  bench::require(called >= operations, "callbacks are missing");
}

// Beginning and ending to run.
void run_once(std::int64_t operations) {
  bench_loop loop;
  std::int64_t called = 0;
  bench::measured([&] {
    for (std::int64_t done = 0; done < operations; ++done) {
      loop.call_soon([&called] { ++called; });
      loop.run_ready();
    }
  });
  bench::require(called == operations, "runs are missing");
}

void timers(std::int64_t operations) {
  const std::vector<int> late = bench::microseconds_late();
  bench_loop loop;
  std::int64_t called = 0;
  bench::measured([&] {
    for (std::int64_t done = 0; done < operations; done += bench::batch) {
      for (int microseconds : late) loop.call_later(std::chrono::microseconds(-microseconds), [&called] { ++called; });
      loop.run_ready();
    }
  });
  bench::require(called >= operations, "timers are missing");
}

// ---- coroutines ------------------------------------------------------------------------------------------------------

coro<int> leaf() { co_return 1; }

coro<int> spawns_and_joins(std::int64_t operations) {
  int sum = 0;
  for (std::int64_t i = 0; i < operations; ++i) {
    task<int> spawned = coroguard::create_task(leaf());
    sum += co_await spawned;
  }
  co_return sum;
}

coro<int> awaits_coroutines(std::int64_t operations) {
  int sum = 0;
  for (std::int64_t i = 0; i < operations; ++i) sum += co_await leaf();
  co_return sum;
}

coro<int> awaits_futures(std::int64_t operations) {
  event_loop& loop = coroguard::get_running_loop();
  int sum = 0;
  for (std::int64_t i = 0; i < operations; ++i) {
    future<int> awaited = loop.create_future<int>();
    loop.call_soon([awaited] { awaited.set_result(1); });
    sum += co_await awaited;
  }
  co_return sum;
}

template <coro<int> body(std::int64_t)>
void coroutine_row(std::int64_t operations) {
  bench_loop loop;
  int sum = 0;
  bench::measured([&] { sum = loop.run_until_complete(body(operations)); });
  bench::require(sum == static_cast<int>(operations), "results are missing");
}

// ---- sockets ---------------------------------------------------------------------------------------------------------

void send_message(int fd) {
  const char message[bench::message_size] = {};
  bench::require(send(fd, message, sizeof message, 0) == sizeof message, "send");
}
void receive_message(int fd) {
  char message[bench::message_size];
  bench::require(recv(fd, message, sizeof message, 0) == sizeof message, "recv");
}

template <std::pair<int, int> connect()>
void echo(std::int64_t operations) {
  bench_loop loop;
  const auto [client, server] = connect();
  loop.add_reader(server, [fd = server] {
    receive_message(fd);
    send_message(fd);
  });
  std::int64_t left = operations;
  bench::held_memory held;
  loop.add_reader(client, [&loop, &left, &held, fd = client] {
    receive_message(fd);
    held.message_came();
    if (--left <= 0) return loop.stop();
    send_message(fd);
  });
  send_message(client);
  bench::measured([&] { loop.run_forever(); });
  loop.remove_reader(server);
  loop.remove_reader(client);
  close(client);
  close(server);
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run({{bench::soon_batch, soon_batch},
                     {bench::soon_one, soon_one},
                     {bench::threadsafe, threadsafe},
                     {bench::run_once, run_once},
                     {bench::spawn_join, coroutine_row<spawns_and_joins>},
                     {bench::await_coroutine, coroutine_row<awaits_coroutines>},
                     {bench::await_future, coroutine_row<awaits_futures>},
                     {bench::timers, timers},
                     {bench::echo_pair, echo<bench::connected_pair>},
                     {bench::echo_tcp, echo<bench::connected_tcp>}},
                    {argv + 1, argv + argc});
}
