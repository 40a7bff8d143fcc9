// A callable that runs later and refers to what has ended by then.
// for: asio
#include <lib.h>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

void use(int);
void use(std::string_view);
std::string text();
struct settings {
  int retries = 0;
  std::string name;
};

// --- The plain bug -------------------------------------------------------------------------------------------------

void counted(asio::io_context &io) {
  int count = 0; // note: "'count' is declared here"
  asio::post(io, [&] { ++count; }); // warn: dangling-spawn-capture "'count' is captured by reference in work given to 'asio::post'; it ends with 'counted', which does not wait for the work"
}

// --- By reference, pointer or view -----------------------------------------------------------------------------------

void named(asio::io_context &io, std::string parameter) {
  asio::post(io, [&parameter] { use(parameter); }); // warn: dangling-spawn-capture "'parameter'"
}
void by_view(asio::io_context &io) {
  std::string owner = text();
  std::string_view view = owner;
  asio::post(io, [view] { use(view); }); // warn: dangling-spawn-capture "'owner'"
}
void by_pointer(asio::io_context &io) {
  settings local;
  asio::post(io, [p = &local] { use(p->retries); }); // warn: dangling-spawn-capture "'local'"
}
void by_reference_to_member(asio::io_context &io) {
  settings local;
  auto &name = local.name;
  asio::post(io, [&name] { use(name); }); // warn: dangling-spawn-capture "'local'"
}
void init_reference(asio::io_context &io) {
  settings local;
  asio::post(io, [&name = local.name] { use(name); }); // warn: dangling-spawn-capture "'local'"
}
void closure_by_name(asio::io_context &io) {
  int count = 0;
  auto work = [&count] { ++count; };
  asio::post(io, work); // warn: dangling-spawn-capture "'count'"
}
void handler(asio::steady_timer &timer) {
  int count = 0;
  timer.async_wait([&](auto &&...) { ++count; }); // warn: dangling-spawn-capture "'count'"
}
void coroutine(asio::io_context &io) {
  int count = 0;
  asio::co_spawn(io, [&]() -> asio::awaitable<void> { ++count; co_return; }, asio::detached); // warn: dangling-spawn-capture "'count'"
}
void detached_thread() {
  int count = 0;
  std::thread([&] { ++count; }).detach(); // warn: dangling-spawn-capture "'count'"
}
void detached_by_name() {
  int count = 0;
  std::thread worker([&] { ++count; }); // warn: dangling-spawn-capture "'count'"
  worker.detach();
}
void in_a_loop(asio::io_context &io, const std::vector<int> &all) {
  for (int each : all) asio::post(io, [&] { use(each); }); // warn: dangling-spawn-capture "'each'"
}

struct own_loop {
  [[clang::annotate("coroguard::sink")]] void post(std::function<void()> work);
  void run();
};
template <class F> [[clang::annotate("coroguard::sink")]] void later(F work) {}
void annotated(own_loop &loop) {
  int count = 0;
  loop.post([&] { ++count; }); // warn: dangling-spawn-capture "'count' is captured by reference in work given to 'own_loop::post'"
}
void annotated_template() {
  int count = 0;
  later([&] { ++count; }); // warn: dangling-spawn-capture "'count'"
}
void each_of_a_local(asio::io_context &io) {
  std::vector<std::string> all{text()};
  for (auto &each : all) asio::post(io, [&each] { use(each); }); // warn: dangling-spawn-capture "'all'"
}
struct refers {
  int &count;
};
void in_object(asio::io_context &io) {
  int count = 0;
  refers object{count};
  asio::post(io, [object] { ++object.count; }); // warn: dangling-spawn-capture "'count'"
}
void shared_timer(asio::io_context &io) {
  auto timer = std::make_shared<asio::steady_timer>(io);
  timer->async_wait([&timer](auto &&...) { timer->cancel(); }); // warn: dangling-spawn-capture "'timer'"
}

// --- Silent ----------------------------------------------------------------------------------------------------------

void by_copy(asio::io_context &io) {
  int count = 0;
  asio::post(io, [count] { use(count); });
}
void moved(asio::io_context &io) {
  std::string local = text();
  asio::post(io, [local = std::move(local)] { use(local); });
}
void callers(asio::io_context &io, int &count) {
  asio::post(io, [&] { ++count; });
}
void statics(asio::io_context &io) {
  static int count = 0;
  asio::post(io, [&] { ++count; });
}
void shared(asio::io_context &io) {
  auto count = std::make_shared<int>(0);
  asio::post(io, [count] { ++*count; });
}
void runs_it() {
  asio::io_context io;
  int count = 0;
  asio::post(io, [&] { ++count; });
  io.run();
}
void others_loop(asio::io_context &io) {
  int count = 0;
  asio::post(io, [&] { ++count; });
  io.run();
}
void joined() {
  int count = 0;
  std::thread worker([&] { ++count; });
  worker.join();
}
void self_joining() {
  int count = 0;
  std::jthread worker([&] { ++count; });
}
void pool_of_its_own() {
  int count = 0;
  asio::thread_pool pool(4);
  asio::post(pool, [&] { ++count; });
}
asio::awaitable<void> awaited(asio::io_context &io) {
  int count = 0;
  co_await asio::co_spawn(io, [&]() -> asio::awaitable<void> { ++count; co_return; }, asio::use_awaitable);
}
asio::awaitable<void> waits_behind(asio::io_context &io, asio::steady_timer &timer) {
  int count = 0;
  asio::co_spawn(io, [&]() -> asio::awaitable<void> { ++count; co_return; }, asio::detached);
  co_await timer.async_wait(asio::use_awaitable);
}
void several_threads(std::vector<std::thread> &) {
  int count = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) workers.emplace_back([&] { ++count; });
  for (auto &worker : workers) worker.join();
}
struct member {
  int count = 0;
  void start(asio::io_context &io) {
    asio::post(io, [this] { ++count; });
    asio::post(io, [&count = count] { ++count; });
  }
};
void global_function(asio::io_context &io) {
  asio::post(io, [&] { use(1); });
}
void moved_pointer(asio::io_context &io, settings *theirs) {
  asio::post(io, [p = std::move(theirs)] { use(p->retries); });
}
int read_behind(asio::io_context &io) { // so the executor must have been told to block
  int result = 0;
  asio::post(io, [&result] { result = 1; });
  return result;
}
void at_once() {
  int count = 0;
  [&] { ++count; }();
}
void own_annotated_loop() {
  own_loop loop;
  int count = 0;
  loop.post([&] { ++count; });
  loop.run();
}

// --- Given away by an await_suspend ------------------------------------------------------------------------------------

struct client {
  virtual void get(const std::function<void(int)> &done) = 0;
  void post(std::function<void()> work);
  template <class F> void locked(F &&work) { work(); }
};
struct reply {
  client *from;
  int value = 0;
  std::function<void()> wake = {};
  bool await_ready();
  int await_resume();
  void await_suspend(std::coroutine_handle<> handle) { // note: "'handle' is declared here"
    from->get([this, &handle](int got) { // warn: dangling-spawn-capture "'handle' is captured by reference in work given to 'client::get'; it ends with 'reply::await_suspend'"
      value = got;
      handle.resume(); // note: "used here, later"
    });
  }
};
struct posted : reply {
  void await_suspend(std::coroutine_handle<> handle) {
    from->post([&] { handle(); }); // warn: dangling-spawn-capture "'handle'"
  }
};
struct stored : reply {
  bool await_suspend(std::coroutine_handle<> handle) {
    wake = [&handle] { handle.resume(); }; // warn: dangling-spawn-capture "'handle'"
    return true;
  }
};
struct by_value : reply {
  void await_suspend(std::coroutine_handle<> handle) {
    from->get([this, handle](int got) { value = got, handle.resume(); });
    wake = [handle] { handle.resume(); };
  }
};
struct called_at_once : reply {
  void await_suspend(std::coroutine_handle<> handle) {
    from->locked([&] { handle.resume(); });
    [&] { handle.resume(); }();
  }
};
struct looks_only : reply {
  void await_suspend(std::coroutine_handle<> handle) {
    from->post([&] { use(handle ? 1 : 0); });
  }
};

// --- Assigned to what stays ------------------------------------------------------------------------------------------

std::thread of_all;
void to_global() {
  int count = 0;
  of_all = std::thread([&] { ++count; }); // warn: dangling-spawn-capture "'count'"
}
void to_what_was_lent(std::thread &worker) {
  int count = 0;
  worker = std::thread([&] { ++count; }); // warn: dangling-spawn-capture "'count'"
}
void to_a_local() {
  int count = 0;
  std::thread worker;
  worker = std::thread([&] { ++count; });
  worker.join();
}
void joined_through_the_global() {
  int count = 0;
  of_all = std::thread([&] { ++count; });
  of_all.join();
}

// --- Returned ---------------------------------------------------------------------------------------------------------

std::function<void()> returned(std::string text) {
  return [&text] { use(text); }; // warn: dangling-spawn-capture "'text' is captured by reference in the callable that 'returned' returns; it ends with that return"
}
std::function<void(int)> returned_by_name() {
  int count = 0;
  std::function<void(int)> work = [&](int more) { count += more; };
  auto other = [&count](int more) { count += more; }; // warn: dangling-spawn-capture "'count'"
  return other;
}
auto returned_closure(std::string text) {
  std::string_view view = text;
  return [view] { use(view); }; // warn: dangling-spawn-capture "'text'"
}
template <class T> std::function<void()> returned_from_template(T value) {
  return [&value] { use(value); }; // warn: dangling-spawn-capture "'value'"
}
std::function<void()> returns_from_template() { return returned_from_template(std::string()); }
struct returning {
  int count = 0;
  // Silent.
  std::function<void()> of_member() {
    return [&count = count] { ++count; };
  }
  std::function<void()> of_caller(std::string &text) {
    return [&] { use(text); };
  }
  std::function<void()> of_static() {
    static int all = 0;
    return [&] { ++all; };
  }
  std::function<void()> by_copy(std::string text) {
    return [this, text] { ++count, use(text); };
  }
  int called(std::string text) {
    return [&] { return use(text), 1; }();
  }
  std::function<void()> from_inside() {
    int all = 0;
    auto make = [&] { return [&] { ++all; }; };
    make()();
    return [] {};
  }
};

// --- Imperfections ---------------------------------------------------------------------------------------------------

int read_before_it_is_done(asio::io_context &io) { // it may be known to be done
  int result = 0;
  asio::post(io, [&result] { result = 1; }); // missed alarm: dangling-spawn-capture
  use(result);
  return 0;
}
asio::awaitable<void> waits_on_one_path(asio::io_context &io, asio::steady_timer &timer, bool flag) {
  int count = 0;
  asio::post(io, [&] { ++count; }); // missed alarm: dangling-spawn-capture
  if (flag) co_await timer.async_wait(asio::use_awaitable);
}
struct refers_and_owns {
  int &count;
  std::string name = {};
};
void in_larger_object(asio::io_context &io) {
  int count = 0;
  refers_and_owns object{count};
  asio::post(io, [object] { ++object.count; }); // missed alarm: dangling-spawn-capture
}
void without_model(void enqueue(std::function<void()>)) {
  int count = 0;
  enqueue([&] { ++count; }); // missed alarm: dangling-spawn-capture
}
