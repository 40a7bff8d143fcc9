// for: asio
// Loop code that is no coroutine, and coroutines that move between the loop and a pool.
#include <lib.h>
#include <algorithm>
#include <functional>
#include <memory>
#include <thread>
#include <unistd.h>
#include <vector>

void flush() { sleep(1); }
bool ready();

// --- Callbacks given to the loop --------------------------------------------------------------------------------------

void callbacks(asio::io_context &io, asio::steady_timer &t, asio::ip::tcp::socket &s) {
  post(io, [] { sleep(1); });     // warn: blocking-call "'sleep' blocks the event loop's thread in a loop callback, 'lambda in callbacks'"
  asio::dispatch(io, [] { flush(); }); // warn: blocking-call "'flush' ends in 'sleep' and blocks"
  io.get_executor().execute([] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
  post(asio::make_strand(io), [] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
  asio::make_strand(io).execute([] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
  t.async_wait([&t](asio::error_code) {
    t.wait(); // warn: blocking-call "'asio::basic_waitable_timer::wait' blocks" // note: "use async_wait"
  });
  asio::async_write(s, {}, [](auto...) {});
  asio::async_write(s, {}, [](asio::error_code) { sleep(1); }); // warn: blocking-call "'sleep' blocks"
  s.async_read_some({}, [&s](asio::error_code) {
    s.write_some({}); // warn: blocking-call "'asio::basic_stream_socket::write_some' blocks"
  });
  auto stored = [] { sleep(1); }; // warn: blocking-call "'sleep' blocks"
  post(io, stored);
  post(io, [inner = [] { sleep(1); }] { inner(); }); // warn: blocking-call "ends in 'sleep'"
  post(io, std::bind([](int n) { sleep(n); }, 1)); // warn: blocking-call "'sleep' blocks"
}

void on_tick() {
  sleep(1); // warn: blocking-call "in a loop callback, 'on_tick'"
}
struct connection : std::enable_shared_from_this<connection> {
  asio::steady_timer timer;
  void operator()() const {
    sleep(1); // warn: blocking-call "in a loop callback, 'connection::operator()'"
  }
  void on_timer() {
    sleep(1); // warn: blocking-call "in a loop callback, 'connection::on_timer'"
  }
  void flush_now() { flush(); }
  void start(asio::io_context &io) {
    post(io, on_tick);
    post(io, std::bind(&connection::on_timer, this));
    timer.async_wait([self = shared_from_this()](asio::error_code) {
      self->flush_now(); // warn: blocking-call "'connection::flush_now' ends in 'sleep'"
    });
  }
};
void start_functor(asio::io_context &io, const connection &c) { post(io, c); }

// A callback inside a callback is one of its own.
void nested(asio::io_context &io) {
  post(io, [&io] {
    post(io, [] {
      sleep(1); // warn: blocking-call "'sleep' blocks"
    });
  });
}

// --- Started on the loop or on a pool ------------------------------------------------------------------------------------

asio::awaitable<void> on_loop() {
  sleep(1); // warn: blocking-call "coroutine 'on_loop'"
  co_return;
}
asio::awaitable<void> on_pool() {
  sleep(1);
  co_return;
}
asio::awaitable<void> on_strand_of_pool() {
  sleep(1);
  co_return;
}
void start(asio::io_context &io, asio::thread_pool &workers) {
  co_spawn(io, on_loop(), detached);
  co_spawn(workers, on_pool(), detached);
  co_spawn(asio::make_strand(workers), on_strand_of_pool(), detached);
  co_spawn(io, []() -> asio::awaitable<void> {
    sleep(1); // warn: blocking-call "'sleep' blocks"
    co_return;
  }, detached);
  co_spawn(workers, []() -> asio::awaitable<void> {
    sleep(1);
    co_return;
  }, detached);
}

// --- Hops ------------------------------------------------------------------------------------------------------------------

asio::awaitable<void> hop(asio::thread_pool &workers, asio::io_context &io) {
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await post(bind_executor(workers, use_awaitable));
  sleep(1);
  flush();
  co_await post(bind_executor(io, use_awaitable));
  flush(); // warn: blocking-call "'flush' ends in 'sleep'"
}

asio::awaitable<void> hop_spellings(asio::thread_pool &workers, asio::io_context &io) {
  co_await post(workers, bind_executor(workers, use_awaitable));
  sleep(1);
  co_await post(io, bind_executor(io, use_awaitable));
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await asio::dispatch(bind_executor(workers.get_executor(), use_awaitable));
  sleep(1);
  co_await (post(bind_executor(io.get_executor(), use_awaitable)));
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await post(bind_executor(asio::make_strand(workers), use_awaitable));
  sleep(1);
}

asio::awaitable<void> hop_on_one_path(asio::thread_pool &workers) {
  if (ready()) co_await post(bind_executor(workers, use_awaitable));
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await post(bind_executor(workers, use_awaitable));
  sleep(1);
}

asio::awaitable<void> hop_on_both_paths(asio::thread_pool &workers) {
  if (ready()) co_await post(bind_executor(workers, use_awaitable));
  else co_await asio::dispatch(bind_executor(workers, use_awaitable));
  sleep(1);
}

asio::awaitable<void> hop_in_loop(asio::thread_pool &workers, asio::io_context &io) {
  while (ready()) {
    sleep(1); // warn: blocking-call "'sleep' blocks"
    co_await post(bind_executor(workers, use_awaitable));
    sleep(1);
  }
  for (;;) {
    co_await post(bind_executor(workers, use_awaitable));
    sleep(1);
    co_await post(bind_executor(io, use_awaitable));
    if (ready()) break;
    sleep(1); // warn: blocking-call "'sleep' blocks"
  }
}

asio::awaitable<void> hop_early_return(asio::thread_pool &workers) {
  if (!ready()) co_return;
  co_await post(bind_executor(workers, use_awaitable));
  try {
    sleep(1);
  } catch (...) {
    sleep(1);
  }
}

struct nap {
  nap() { sleep(1); }
  nap *operator->() { sleep(1); return this; }
  int left;
};
template <class F> void with_retry(F f) { f(); }
asio::awaitable<int> every_call_after_a_hop(asio::thread_pool &workers, std::vector<int> items, nap &n) {
  co_await post(bind_executor(workers, use_awaitable));
  std::for_each(items.begin(), items.end(), [](int i) { sleep(i); });
  std::invoke(flush);
  with_retry([] { sleep(1); });
  [] { sleep(1); }();
  nap made;
  auto *heap = new nap;
  n->left = 1;
  for (int i : items) sleep(i);
  bool b = ready() && sleep(1);
  int chosen = b ? sleep(1) : sleep(2);
  auto capture = [left = sleep(1)] { return left; };
  std::vector<unsigned> list{sleep(1), sleep(2)};
  made = nap{};
  co_return int(sleep(1)) + heap->left + chosen;
}

// Not a hop: without an executor bound to the token the coroutine goes on where it was.
asio::awaitable<void> no_hop(asio::thread_pool &workers, asio::steady_timer &t) {
  co_await post(workers, use_awaitable);
  sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await t.async_wait(use_awaitable);
  sleep(1); // warn: blocking-call "'sleep' blocks"
  post(workers, [] {});
  sleep(1); // warn: blocking-call "'sleep' blocks"
}

// An awaited coroutine runs where its caller has moved.
asio::awaitable<void> awaited_after_hop() {
  sleep(1);
  co_return;
}
asio::awaitable<void> hops_for_it(asio::thread_pool &workers) {
  co_await post(bind_executor(workers, use_awaitable));
  co_await awaited_after_hop();
}

// --- Silent -----------------------------------------------------------------------------------------------------------------

void elsewhere(asio::io_context &io, asio::thread_pool &workers) {
  post(workers, [] { sleep(1); });
  post(asio::make_strand(workers), [] { sleep(1); });
  workers.get_executor().execute([] { sleep(1); });
  post(io, [&workers] { post(workers, [] { sleep(1); }); });
  workers.join();
}
// A callback whose executor is not known.
void unknown(asio::any_io_executor executor) {
  post([] { sleep(1); });
  post(executor, [] { sleep(1); });
}
// Where the program starts and ends.
int main() {
  asio::io_context io;
  sleep(1);
  io.run();
  sleep(1);
}

// A socket is non-blocking for everybody who refers to it.
using local_socket = asio::local::stream_protocol::socket;
struct line_writer {
  local_socket &socket;
  void write() { socket.write_some({}); }
};
struct switched_session {
  local_socket socket;
  line_writer writer{socket};
  void start() {
    socket.non_blocking(true);
    socket.async_read_some({}, [this](asio::error_code) {
      writer.write();
      socket.write_some({});
      send_rest(socket);
    });
  }
  static void send_rest(local_socket &rest) { rest.write_some({}); }
};
struct blocking_session { // has one of its own
  local_socket socket;
  void start() {
    socket.async_read_some({}, [this](asio::error_code) {
      socket.write_some({}); // warn: blocking-call "'asio::basic_stream_socket::write_some' blocks"
    });
  }
};
// One packet goes into the kernel's buffer, and is lost when that is full.
void sends_a_packet(asio::steady_timer &t, asio::ip::udp::socket &s) {
  t.async_wait([&s](asio::error_code) {
    s.send({});
    s.receive({}); // warn: blocking-call "'asio::basic_datagram_socket::receive' blocks"
  });
}

// A loop that only brings work to a thread of its own.
class journal {
public:
  journal() : guard(asio::make_work_guard(queue)), thread([this] { queue.run(); }) {}
  void add() {
    post(queue, [] { sleep(1); });
    post(queue.get_executor(), std::bind(&journal::write, this));
    queue.get_executor().execute([] { flush(); });
  }
  void end() {
    guard.reset();
    queue.stop();
    thread.join();
  }

private:
  void write() { sleep(1); }
  asio::io_context queue;
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  std::thread thread;
};
class journal_with_a_method {
public:
  void start() {
    first = std::thread(&journal_with_a_method::work, this);
    second = std::thread(&asio::io_context::run, &queue);
    more.emplace_back([this] { work(); });
  }
  void add() { post(queue, [] { sleep(1); }); }

private:
  void work() { queue.run(); }
  asio::io_context queue;
  std::thread first, second;
  std::vector<std::thread> more;
};
class with_a_timer { // a loop like others, although a thread of its own runs it
public:
  with_a_timer() : tick(queue), thread([this] { queue.run(); }) {}
  void add() { post(queue, [] { sleep(1); }); } // warn: blocking-call "'sleep' blocks"

private:
  asio::io_context queue;
  asio::steady_timer tick;
  std::thread thread;
};
class lends_its_loop {
public:
  lends_its_loop() : thread([this] { queue.run(); }) {}
  asio::io_context &context() { return queue; }
  void add() { post(queue, [] { sleep(1); }); } // warn: blocking-call "'sleep' blocks"

private:
  asio::io_context queue;
  std::thread thread;
};
class spawns_on_its_loop {
public:
  spawns_on_its_loop() : thread([this] { queue.run(); }) {}
  void add() {
    co_spawn(queue, serve(), detached);
    post(queue, [] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
  }

private:
  static task<> serve();
  asio::io_context queue;
  std::thread thread;
};
class run_by_its_owner {
public:
  void run() { queue.run(); }
  void add() { post(queue, [] { sleep(1); }); } // warn: blocking-call "'sleep' blocks"

private:
  asio::io_context queue;
};

// --- Imperfections -------------------------------------------------------------------------------------------------------------

// A callable that travels through a function of the program first.
template <class F> void later(asio::io_context &io, F f) { post(io, f); }
template <class F> void later_moved(asio::io_context &io, F &&f) { post(io, std::forward<F>(f)); }
void through_a_function(asio::io_context &io) {
  later(io, [] { sleep(1); });       // warn: blocking-call "'sleep' blocks"
  later_moved(io, [] { sleep(1); }); // warn: blocking-call "'sleep' blocks"
  std::function<void()> erased = [] { sleep(1); }; // missed alarm: blocking-call
  post(io, erased);
}
