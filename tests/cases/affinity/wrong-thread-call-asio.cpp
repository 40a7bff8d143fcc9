// for: asio
// Sockets, strands, completion handlers, threads that run the loop.
#include <functional>
#include <lib.h>
#include <memory>
#include <thread>
#include <vector>

using asio::ip::tcp;

// --- Warn --------------------------------------------------------------------------------------------------------------

struct connection : std::enable_shared_from_this<connection> {
  tcp::socket socket;
  asio::steady_timer timer;
  char data[100];

  void close() {
    socket.close(); // warn: wrong-thread-call "'asio::basic_socket::close' is called on a thread that does not run the event loop; a socket may be used only"
    timer.cancel(); // warn: wrong-thread-call "'asio::basic_waitable_timer::cancel' is called on a thread"
  }
  void close_elsewhere(asio::thread_pool &workers) {
    post(workers, [self = shared_from_this()] { self->close(); }); // note: "'asio::post' runs 'lambda in connection::close_elsewhere' on another thread"
  }
  void start(asio::thread_pool &workers) {
    std::thread([this] {
      socket.async_read_some(asio::buffer(data), [](auto...) {}); // warn: wrong-thread-call "async_read_some'"
      timer.async_wait([](asio::error_code) {});                  // warn: wrong-thread-call "async_wait'"
      if (socket.is_open()) socket.cancel(); // warn: wrong-thread-call "is_open'" // warn: wrong-thread-call "cancel'"
    }).detach();
    post(workers, [this] { socket.close(); });                     // warn: wrong-thread-call "close'"
    asio::dispatch(workers, [this] { socket.close(); });           // warn: wrong-thread-call "close'"
    workers.get_executor().execute([this] { socket.close(); });    // warn: wrong-thread-call "close'"
    post(workers.get_executor(), [this] { socket.close(); });      // warn: wrong-thread-call "close'"
    post(workers, std::bind(&connection::shut, this));
  }
  asio::awaitable<void> run();
  void close_on_loop() { socket.close(); }
  void shut() {
    socket.close(); // warn: wrong-thread-call "close'"
  }
};

// From a callback of the loop to a pool and no way back.
void result_not_posted(asio::io_context &io, asio::thread_pool &workers, asio::steady_timer &timer) {
  post(io, [&] {
    timer.cancel();
    post(workers, [&] {
      timer.cancel(); // warn: wrong-thread-call "cancel'"
    });
  });
  timer.async_wait([&](asio::error_code) {
    std::thread([&] { timer.cancel(); }).detach(); // warn: wrong-thread-call "cancel'"
  });
}

// A coroutine starts a thread that uses the coroutine's object.
asio::awaitable<void> coroutine(asio::steady_timer &timer, asio::thread_pool &workers) {
  asio::steady_timer local(timer.get_executor());
  post(workers, [&] { local.cancel(); }); // warn: wrong-thread-call "cancel'"
  co_await local.async_wait(use_awaitable);
}

// --- Silent: the way back ------------------------------------------------------------------------------------------------

void posted_back(connection &c, asio::io_context &io, asio::thread_pool &workers) {
  std::thread([&] { post(io, [&] { c.socket.close(); }); }).detach();
  std::thread([&] { post(c.socket.get_executor(), [&] { c.close_on_loop(); }); }).detach();
  std::thread([&] { asio::dispatch(io, [&] { c.socket.close(); }); }).detach();
  std::thread([&] { io.get_executor().execute([&] { c.socket.close(); }); }).detach();
  post(workers, [&] { post(asio::make_strand(io), [&] { c.socket.close(); }); });
  std::thread([&] { co_spawn(io, c.run(), detached); }).detach();
  std::thread([&] { io.stop(); }).detach();
}

// Silent: members that any thread may call, as Asio documents.
void thread_safe(tcp::socket &socket) {
  std::thread([&] {
    socket.write_some({});
    socket.shutdown(1);
    socket.get_executor();
  }).detach();
}

// Silent: the thread runs the loop.
struct runner {
  asio::io_context io;
  asio::steady_timer timer{io};
  void run() {
    timer.cancel();
    io.run();
  }
  void serve() { io.run(); }
  void start() {
    std::thread([this] { io.run(); }).detach();
    std::thread([this] {
      timer.cancel();
      io.run();
    }).detach();
    std::thread([this] {
      timer.cancel();
      serve();
    }).detach();
    std::thread(&runner::run, this).detach();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([this] { io.run(); });
  }
};

// Silent: a loop of the thread's own.
void own_loop() {
  std::thread([] {
    asio::io_context io;
    asio::steady_timer timer(io);
    timer.cancel();
    tcp::socket socket(io);
    socket.close();
  }).detach();
}

// Silent: coroutines on pools.
asio::awaitable<void> on_pool(asio::steady_timer &timer) {
  timer.cancel();
  co_await timer.async_wait(use_awaitable);
}
void start_on_pool(asio::thread_pool &workers, asio::steady_timer &timer) {
  co_spawn(workers, on_pool(timer), detached);
  co_spawn(workers, [&]() -> asio::awaitable<void> {
    timer.cancel();
    co_return;
  }, detached);
}

// Silent: an executor that nobody knows.
void unknown(asio::any_io_executor executor, asio::steady_timer &timer) {
  post(executor, [&] { timer.cancel(); });
  post(timer.get_executor(), [&] { timer.cancel(); });
  post([&] { timer.cancel(); });
}

// Free functions that use their first argument.
void free_operations(tcp::socket &socket) {
  std::thread([&] {
    asio::async_write(socket, {}, [](auto...) {}); // warn: wrong-thread-call "async_write' is called on a thread"
    asio::async_read(socket, {}, [](auto...) {});  // warn: wrong-thread-call "async_read' is called on a thread"
  }).detach();
}

// A strand of a pool may be the object's own.
struct on_strand {
  asio::thread_pool &workers;
  asio::strand<asio::thread_pool::executor_type> strand = asio::make_strand(workers);
  asio::steady_timer timer{workers.get_executor()};
  void stop() {
    post(strand, [this] { timer.cancel(); });
  }
};

// An object whose executor is the pool itself.
struct on_pool_itself {
  asio::thread_pool workers;
  asio::steady_timer timer{workers.get_executor()};
  asio::steady_timer other;
  explicit on_pool_itself() : other(workers.get_executor()) {}
  void stop() {
    post(workers, [this] { timer.cancel(), other.cancel(); });
    post(workers, [this] { this->timer.cancel(); });
  }
};
void executor_is_pool(asio::thread_pool &workers) {
  asio::steady_timer timer(workers.get_executor());
  asio::steady_timer braced{workers.get_executor()};
  auto assigned = asio::steady_timer(workers.get_executor());
  post(workers, [&] { timer.cancel(), braced.cancel(), assigned.cancel(); }); // warn: dangling-spawn-capture "'timer'"
}

// --- Imperfections -----------------------------------------------------------------------------------------------------------

// A pool's object, but nothing in this file says so.
void executor_is_pool(asio::thread_pool &workers, asio::steady_timer &timer_of_pool) {
  post(workers, [&] { timer_of_pool.cancel(); }); // false alarm: wrong-thread-call
}

// A thread made by a container.
void in_container(asio::steady_timer &timer) {
  std::vector<std::thread> threads;
  threads.emplace_back([&] { timer.cancel(); }); // warn: wrong-thread-call "cancel'"
  auto owner = std::make_unique<std::thread>([&] { timer.cancel(); }); // warn: wrong-thread-call "cancel'"
}
