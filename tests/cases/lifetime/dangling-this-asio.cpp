// A spawned lambda with only `this` of an object that can own itself.
// for: asio
#include <lib.h>
#include <functional>
#include <memory>

struct repeating : std::enable_shared_from_this<repeating> {
  explicit repeating(asio::io_context &io) : io(io), timer(io) {}
  ~repeating() { stop(); }
  void start() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> { // warn: dangling-this "'this' is used behind a suspension of 'lambda in repeating::start'; nobody waits for it, and nothing in its frame keeps the object"
      while (running) {
        co_await timer.async_wait(asio::use_awaitable);
        if (!tick()) break; // note: "the coroutine uses its object here"
      }
    }, asio::detached);
  }
  void once() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> { // warn: dangling-this "'lambda in repeating::once'"
      co_await timer.async_wait(asio::use_awaitable);
      running = false;
    }, asio::detached);
  }

  // Silent.
  void kept() {
    asio::co_spawn(io, [this, self = shared_from_this()]() -> asio::awaitable<void> {
      co_await timer.async_wait(asio::use_awaitable);
      tick();
    }, asio::detached);
  }
  void kept_in_frame() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> {
      auto self = shared_from_this();
      co_await timer.async_wait(asio::use_awaitable);
      tick();
    }, asio::detached);
  }
  void done_before() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> {
      tick();
      co_await timer.async_wait(asio::use_awaitable);
    }, asio::detached);
  }
  void told() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> {
      co_await timer.async_wait(asio::use_awaitable);
      tick();
    }, [](std::exception_ptr) {});
  }
  void awaits() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> {
      co_await timer.async_wait(asio::use_awaitable);
      tick();
    }, asio::detached);
    io.run();
  }
  void stop() { running = false, timer.cancel(); }
  bool tick();
  asio::io_context &io;
  asio::steady_timer timer;
  bool running = true;
};

struct joined : std::enable_shared_from_this<joined> {
  explicit joined(asio::io_context &io) : io(io), timer(io) {}
  ~joined() { wait_until_done(); }
  void start() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> {
      co_await timer.async_wait(asio::use_awaitable);
      ++count;
    }, asio::detached);
  }
  void wait_until_done();
  asio::io_context &io;
  asio::steady_timer timer;
  int count = 0;
};
struct lives_as_long : std::enable_shared_from_this<lives_as_long> { // nothing shows that it ends before
  explicit lives_as_long(asio::io_context &io) : io(io), timer(io) {}
  void start() {
    asio::co_spawn(io, [this]() -> asio::awaitable<void> {
      co_await timer.async_wait(asio::use_awaitable);
      ++count;
    }, asio::detached);
  }
  asio::io_context &io;
  asio::steady_timer timer;
  int count = 0;
};
