// Benchmark input: a scheduler of periodic and delayed jobs, timers throughout. It is only ever parsed.
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/asio/experimental/use_coro.hpp>
#include <chrono>
#include <coroutine>
#include <functional>
#include <iostream>
#include <list>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <unordered_map>

namespace scheduling {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct job {
  std::string name;
  steady::duration period{};
  std::function<asio::awaitable<void>()> work;
  unsigned failures = 0;
};

template <class Clock> asio::awaitable<void> sleep_until(typename Clock::time_point when) {
  asio::basic_waitable_timer<Clock> timer(co_await asio::this_coro::executor, when);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> sleep_for(steady::duration time) { co_await sleep_until<steady>(steady::now() + time); }

template <class T> asio::awaitable<std::optional<T>> with_timeout(asio::awaitable<T> work, steady::duration limit) {
  auto outcome = co_await (std::move(work) || sleep_for(limit));
  if (outcome.index() == 0) co_return std::get<0>(std::move(outcome));
  co_return std::nullopt;
}

class queue {
public:
  explicit queue(asio::any_io_executor executor) : changed(executor, steady::time_point::max()) {}

  void add(steady::time_point due, std::shared_ptr<job> what) {
    bool isFirst = waiting.empty() || due < waiting.top().due;
    waiting.push({due, std::move(what)});
    if (isFirst) changed.cancel();
  }

  asio::awaitable<std::shared_ptr<job>> next() {
    for (;;) {
      steady::time_point due = waiting.empty() ? steady::time_point::max() : waiting.top().due;
      if (due <= steady::now()) {
        auto first = waiting.top().what;
        waiting.pop();
        co_return first;
      }
      changed.expires_at(due);
      co_await changed.async_wait(as_result);
    }
  }

private:
  struct entry {
    steady::time_point due;
    std::shared_ptr<job> what;
    bool operator<(const entry &other) const { return due > other.due; }
  };
  std::priority_queue<entry> waiting;
  asio::steady_timer changed;
};

class scheduler {
public:
  explicit scheduler(asio::any_io_executor executor) : executor(executor), jobs(executor), stopping(executor) {}

  void every(steady::duration period, std::string name, std::function<asio::awaitable<void>()> work) {
    jobs.add(steady::now() + jitter(period), std::make_shared<job>(job{std::move(name), period, std::move(work)}));
  }

  asio::awaitable<void> run() {
    stopping.expires_at(steady::time_point::max());
    co_await (dispatch() || stopping.async_wait(as_result));
  }
  void stop() {
    asio::post(executor, [this] { stopping.cancel(); });
  }

private:
  asio::awaitable<void> dispatch() {
    for (;;) {
      std::shared_ptr<job> due = co_await jobs.next();
      asio::co_spawn(executor, run_one(due), [this, due](std::exception_ptr failure) { finished(due, failure); });
    }
  }

  static asio::awaitable<void> run_one(std::shared_ptr<job> what) {
    auto started = steady::now();
    co_await what->work();
    if (auto took = steady::now() - started; took > what->period)
      std::clog << what->name << " took " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
  }

  void finished(const std::shared_ptr<job> &what, std::exception_ptr failure) {
    what->failures = failure ? what->failures + 1 : 0;
    if (what->failures > 5) return;
    jobs.add(steady::now() + what->period * (1 << what->failures), what);
  }

  steady::duration jitter(steady::duration period) {
    return std::chrono::duration_cast<steady::duration>(period * std::uniform_real_distribution<>(0.9, 1.1)(random));
  }

  asio::any_io_executor executor;
  queue jobs;
  asio::steady_timer stopping;
  std::minstd_rand random;
};

asio::experimental::coro<int> ticks(asio::any_io_executor executor, steady::duration period) {
  asio::steady_timer timer(executor);
  for (int i = 0;; ++i) {
    timer.expires_after(period);
    co_await timer.async_wait(asio::experimental::use_coro);
    co_yield i;
  }
}

asio::awaitable<int> measure() {
  co_await sleep_for(20ms);
  co_return 42;
}

asio::awaitable<void> heartbeat() {
  if (auto value = co_await with_timeout(measure(), 50ms)) std::cout << *value << '\n';
  else std::cout << "too slow\n";
}

asio::awaitable<void> sweep(std::unordered_map<std::string, steady::time_point> &sessions) {
  std::erase_if(sessions, [now = steady::now()](const auto &entry) { return entry.second < now; });
  co_return;
}

} // namespace scheduling

int main() {
  using namespace std::chrono_literals;
  boost::asio::io_context io(1);
  std::unordered_map<std::string, scheduling::steady::time_point> sessions;
  scheduling::scheduler jobs(io.get_executor());
  jobs.every(1s, "heartbeat", scheduling::heartbeat);
  jobs.every(1min, "sweep", [&sessions]() -> boost::asio::awaitable<void> { return scheduling::sweep(sessions); });
  boost::asio::signal_set signals(io, SIGTERM);
  signals.async_wait([&jobs](boost::system::error_code, int) { jobs.stop(); });
  boost::asio::co_spawn(io, jobs.run(), boost::asio::detached);
  io.run();
}
