// for: std asio
// Loop code that puts its thread to sleep, itself or in a helper. Coroutines; callbacks are in blocking-call-asio.cpp.
#include <algorithm>
#include <condition_variable>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <lib.h>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <netdb.h>
#include <poll.h>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace std::chrono_literals;

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> handle() {
  std::this_thread::sleep_for(10ms); // warn: blocking-call "'std::this_thread::sleep_for' blocks the event loop's thread in coroutine 'handle'" // note: "'std::this_thread::sleep_for' blocks: it sleeps for the whole duration; use an asynchronous timer"
  co_return;
}

// --- Which call ----------------------------------------------------------------------------------------------------

task<> direct(std::future<int> result, std::thread worker, std::condition_variable &changed,
              std::unique_lock<std::mutex> lock, int file) {
  sleep(1);                                   // warn: blocking-call "'sleep' blocks"
  ::usleep(1);                                // warn: blocking-call "'usleep' blocks"
  ::fsync(file);                              // warn: blocking-call "'fsync' blocks"
  system("ls");                               // warn: blocking-call "'system' blocks"
  addrinfo *found;
  getaddrinfo("a", "b", nullptr, &found);     // warn: blocking-call "'getaddrinfo' blocks"
  std::ifstream in("config");                 // warn: blocking-call "basic_ifstream' blocks"
  std::ofstream out;
  out.open("log");                            // warn: blocking-call "::open' blocks"
  auto *heap = new std::ifstream("config");   // warn: blocking-call "basic_ifstream' blocks"
  std::filesystem::remove("x");               // warn: blocking-call "'std::filesystem::remove' blocks"
  if (std::filesystem::exists("x")) co_return; // warn: blocking-call "'std::filesystem::exists' blocks"
  changed.wait(lock);                         // warn: blocking-call "'std::condition_variable::wait' blocks"
  changed.wait(lock, [] { return true; });    // warn: blocking-call "'std::condition_variable::wait' blocks"
  worker.join();                              // warn: blocking-call "'std::thread::join' blocks"
  result.wait();                              // warn: blocking-wait "wait' waits"
}

// --- Where in the coroutine ------------------------------------------------------------------------------------------

task<int> places(bool b) {
  for (sleep(1); b;) {}         // warn: blocking-call "'sleep' blocks"
  while (sleep(1)) {}           // warn: blocking-call "'sleep' blocks"
  if (auto left = sleep(1)) b = left; // warn: blocking-call "'sleep' blocks"
  b = b && sleep(1);            // warn: blocking-call "'sleep' blocks"
  b ? (void)sleep(1) : (void)0; // warn: blocking-call "'sleep' blocks"
  int value{int(sleep(1))};     // warn: blocking-call "'sleep' blocks"
  static unsigned once = sleep(1); // warn: blocking-call "'sleep' blocks"
  try {
    throw sleep(1);             // warn: blocking-call "'sleep' blocks"
  } catch (unsigned) {
    sleep(1);                   // warn: blocking-call "'sleep' blocks"
  }
  auto capture = [left = sleep(1)] { return left; }; // warn: blocking-call "'sleep' blocks"
  co_return int(sleep(1)) + value + once; // warn: blocking-call "'sleep' blocks"
}

struct server {
  task<> run();
  static task<> accept() {
    sleep(1); // warn: blocking-call "coroutine 'server::accept'"
    co_return;
  }
  virtual task<> stop() {
    sleep(1); // warn: blocking-call "coroutine 'server::stop'"
    co_return;
  }
  task<> operator()() {
    sleep(1); // warn: blocking-call "coroutine 'server::operator()'"
    co_return;
  }
};
task<> server::run() {
  sleep(1); // warn: blocking-call "coroutine 'server::run'"
  co_return;
}

template <class T> task<T> generic(T value) {
  sleep(1); // warn: blocking-call "coroutine 'generic'"
  co_return value;
}
template task<int> generic(int);
template task<char> generic(char);

auto lambda = []() -> task<> {
  sleep(1); // warn: blocking-call "in coroutine 'lambda"
  co_return;
};

// A generator runs on whoever iterates.
mock::generator<int> numbers() {
  co_yield int(sleep(1));
}

mock::eager_task<> eager() {
  sleep(1); // warn: blocking-call "coroutine 'eager'"
  co_return;
}

// --- Through helpers: the shortest chain is printed --------------------------------------------------------------------

void flush(int file) {
  ::fsync(file); // note: "'fsync' blocks: it waits until the disk has written everything"
}
void save(int file) {
  flush(file); // note: "'save' calls 'flush'"
}
void detour(int file) { save(file); }
void save_all(int file) {
  detour(file);
  save(file); // note: "'save_all' calls 'save'"
}
task<> one_helper() {
  flush(1); // warn: blocking-call "'flush' ends in 'fsync' and blocks the event loop's thread in coroutine 'one_helper'"
  co_return;
}
task<> two_helpers() {
  save(1); // warn: blocking-call "'save' ends in 'fsync'"
  co_return;
}
task<> three_helpers() {
  save_all(1); // warn: blocking-call "'save_all' ends in 'fsync'"
  co_return;
}

// --- Through every way to call a helper --------------------------------------------------------------------------------

struct nap {
  nap() { sleep(1); }
  explicit nap(int seconds) : left(sleep(seconds)) {}
  nap(const char *) : nap() {}
  void take() const { sleep(1); }
  static void now() { sleep(1); }
  nap &operator<<(int) { sleep(1); return *this; }
  int operator()() const { return sleep(1); }
  int operator[](int) { return sleep(1); }
  nap *operator->() { sleep(1); return this; }
  operator bool() const { return sleep(1); }
  nap &operator++() { sleep(1); return *this; }
  nap &operator=(int) { sleep(1); return *this; }
  friend bool operator==(const nap &, int) { return sleep(1); }
  nap *begin() { sleep(1); return this; }
  nap *end() { return this; }
  unsigned left = 0;
};
struct implicit_member {
  implicit_member() {}
  nap member;
};
struct written_member {
  written_member() : file("config") {}
  std::ifstream file;
};
struct member_initialiser {
  member_initialiser() {}
  unsigned left = sleep(1);
};
struct longer_nap : nap {
  longer_nap() : nap(2) {}
};
struct other_nap : nap {
  using nap::nap;
};
nap operator""_nap(unsigned long long) { sleep(1); return nap(0); }

task<> helpers(nap &n, nap *p) {
  nap made;                   // warn: blocking-call "nap' ends in 'sleep'"
  nap braced{1};              // warn: blocking-call "nap' ends in 'sleep'"
  nap converted = "a";        // warn: blocking-call "nap' ends in 'sleep'"
  auto *heap = new nap(1);    // warn: blocking-call "nap' ends in 'sleep'"
  nap(2);                     // warn: blocking-call "nap' ends in 'sleep'"
  longer_nap derived;         // warn: blocking-call "longer_nap' ends in 'sleep'"
  implicit_member has_one;    // warn: blocking-call "implicit_member' ends in 'sleep'"
  written_member has_file;    // warn: blocking-call "written_member' ends in 'std::basic_ifstream"
  member_initialiser at_once; // warn: blocking-call "member_initialiser' ends in 'sleep'"
  other_nap inherited(1);     // warn: blocking-call "nap' ends in 'sleep'"
  n.take();                   // warn: blocking-call "'nap::take' ends in 'sleep'"
  p->take();                  // warn: blocking-call "'nap::take' ends in 'sleep'"
  (*p).take();                // warn: blocking-call "'nap::take' ends in 'sleep'"
  nap::now();                 // warn: blocking-call "'nap::now' ends in 'sleep'"
  n << 1;                     // warn: blocking-call "'nap::operator<<' ends in 'sleep'"
  n();                        // warn: blocking-call "'nap::operator()' ends in 'sleep'"
  n[1];                       // warn: blocking-call "'nap::operator[]' ends in 'sleep'"
  n->left = 1;                // warn: blocking-call "'nap::operator->' ends in 'sleep'"
  ++n;                        // warn: blocking-call "'nap::operator++' ends in 'sleep'"
  n = 1;                      // warn: blocking-call "'nap::operator=' ends in 'sleep'"
  bool equal = n == 1;        // warn: blocking-call "ends in 'sleep'"
  bool unequal = n != 1;      // warn: blocking-call "ends in 'sleep'"
  if (n) co_return;           // warn: blocking-call "'nap::operator bool' ends in 'sleep'"
  auto literal = 1_nap;       // warn: blocking-call "ends in 'sleep'"
  for (nap &each : n) each.left = 1; // warn: blocking-call "'nap::begin' ends in 'sleep'"
}

int overloaded(int) { return 1; }
int overloaded(const char *) { return sleep(1); }
template <class T> int template_helper(T) { return sleep(1); }
template <class F> void with_retry(F f) { f(); }
template <class F> void repeat(int n, F &&f) {
  if (n > 0) f(), repeat(n - 1, f);
}
inline void inline_helper() { sleep(1); }
namespace { void hidden() { sleep(1); } }
void (*pointer_from_elsewhere())();
int with_default(int n = 1) { return sleep(n); }
constexpr int maybe_constant(bool b) { return b ? 0 : int(sleep(1)); }

task<> more_helpers(std::vector<int> items) {
  overloaded("a");          // warn: blocking-call "'overloaded' ends in 'sleep'"
  template_helper(1);       // warn: blocking-call "'template_helper' ends in 'sleep'"
  template_helper<long>(1); // warn: blocking-call "'template_helper' ends in 'sleep'"
  inline_helper();          // warn: blocking-call "'inline_helper' ends in 'sleep'"
  hidden();                 // warn: blocking-call "'hidden' ends in 'sleep'"
  with_default();           // warn: blocking-call "'with_default' ends in 'sleep'"
  maybe_constant(items.empty()); // warn: blocking-call "'maybe_constant' ends in 'sleep'"
  [] { sleep(1); }();       // warn: blocking-call "ends in 'sleep'"
  auto later = [&] { sleep(items.size()); };
  later();                  // warn: blocking-call "ends in 'sleep'"
  auto any = [](auto n) { sleep(n); };
  any(1);                   // warn: blocking-call "ends in 'sleep'"
  with_retry([] { sleep(1); });   // warn: blocking-call "'with_retry' ends in 'sleep'"
  with_retry([] {});
  repeat(3, [] { sleep(1); });    // warn: blocking-call "'repeat' ends in 'sleep'"
  std::for_each(items.begin(), items.end(), [](int n) { sleep(n); }); // warn: blocking-call "ends in 'sleep'"
  std::sort(items.begin(), items.end(), [](int a, int b) { return a < b + int(sleep(1)); }); // warn: blocking-call "ends in 'sleep'"
  std::invoke([] { sleep(1); });  // warn: blocking-call "ends in 'sleep'"
  std::invoke(inline_helper);     // warn: blocking-call "'inline_helper' ends in 'sleep'"
  std::for_each(items.begin(), items.end(), template_helper<int>); // warn: blocking-call "'template_helper' ends in 'sleep'"
  struct local {
    static void helper() { sleep(1); }
  };
  local::helper();          // warn: blocking-call "helper' ends in 'sleep'"
  co_return;
}

// --- Coroutines that await each other ------------------------------------------------------------------------------------

task<> pong(int n);
task<> ping(int n) {
  if (n > 0) co_await pong(n - 1);
}
task<> pong(int n) {
  sleep(1); // warn: blocking-call "in coroutine 'pong'"
  co_await ping(n);
}

// --- Cycles --------------------------------------------------------------------------------------------------------------

void again(int n) {
  if (n == 0) sleep(1);
  else again(n - 1);
}
void even(int n);
void odd(int n) {
  even(n - 1);
}
void even(int n) {
  if (n == 0) sleep(1);
  else odd(n - 1);
}
void quiet_ping(int n);
void quiet_pong(int n) { quiet_ping(n); }
void quiet_ping(int n) { quiet_pong(n); }
task<> cycles() {
  again(3); // warn: blocking-call "'again' ends in 'sleep'"
  odd(3);   // warn: blocking-call "'odd' ends in 'sleep'"
  quiet_ping(1);
  co_return;
}

// --- Coroutines among themselves: reported once, where it blocks ---------------------------------------------------------

task<> inner() {
  sleep(1); // warn: blocking-call "coroutine 'inner'"
  co_return;
}
task<> outer() { co_await inner(); }
task<> outermost() { co_await outer(); }
task<> make() { return inner(); }
void starts(loop &l) { co_spawn(l, outermost(), detached); }

// --- What a user calls blocking ------------------------------------------------------------------------------------------

[[clang::annotate("coroguard::blocking", "it asks the database")]] int query();
task<> annotated() {
  query(); // warn: blocking-call "'query' blocks the event loop's thread" // note: "'query' blocks: it asks the database"
  co_return;
}

// --- Conditions: a finite time-out that is not zero, flags that wait ------------------------------------------------------

task<> timeouts(std::future<int> &result, std::chrono::milliseconds time, std::condition_variable &changed,
                std::unique_lock<std::mutex> &lock, pollfd *set, int flags) {
  result.wait_for(1ms);         // warn: blocking-wait "wait_for' waits"
  result.wait_for(time);        // warn: blocking-wait "wait_for' waits"
  changed.wait_for(lock, 1ms);  // warn: blocking-call "wait_for' blocks"
  poll(set, 1, 10);             // warn: blocking-call "'poll' blocks"
  poll(set, 1, -1);             // warn: blocking-call "'poll' blocks"
  waitpid(1, nullptr, 0);       // warn: blocking-call "'waitpid' blocks"
  // Silent: looks, does not wait.
  constexpr auto none = 0ms;
  result.wait_for(0s);
  std::this_thread::sleep_for(0s);
  result.wait_for(std::chrono::milliseconds{});
  result.wait_for(std::chrono::nanoseconds(0));
  result.wait_for(std::chrono::seconds::zero());
  result.wait_for(none);
  changed.wait_for(lock, 0ms);
  poll(set, 1, 0);
  waitpid(1, nullptr, WNOHANG);
  waitpid(1, nullptr, flags);
  co_return;
}

task<> locks_for_a_while(std::timed_mutex &mutex, std::shared_timed_mutex &shared) {
  if (mutex.try_lock_for(1s)) mutex.unlock(); // warn: blocking-call "'std::timed_mutex::try_lock_for' blocks"
  if (mutex.try_lock_for(0s)) mutex.unlock();
  if (mutex.try_lock()) mutex.unlock();
  if (shared.try_lock_shared_until(std::chrono::steady_clock::now() + 1s)) shared.unlock_shared(); // warn: blocking-call "try_lock_shared_until"
  std::unique_lock lock(mutex, std::defer_lock);
  if (lock.try_lock_for(10ms)) lock.unlock(); // warn: blocking-call "'std::unique_lock::try_lock_for' blocks"
  co_return;
}

// --- Silent: not on a loop -------------------------------------------------------------------------------------------------

void plain() {
  sleep(1);
  save(1);
}
int main_like() {
  plain();
  std::ifstream in("config");
  static nap at_start;
  return 0;
}
nap global;
const unsigned slept = sleep(0);

task<> elsewhere(pool &workers, int file) {
  post(workers, [] { sleep(1); });
  post(workers, [file] { save_all(file); });
  post(workers, plain);
  std::thread([] { sleep(1); }).detach();
  std::thread(plain).detach();
  std::thread owner([] { std::ifstream in("config"); });
  owner.detach();
  auto result = std::async(std::launch::async, [] { return sleep(1); }); // warn: blocking-destructor "'result' blocks"
  std::jthread(flush, file).detach();
  auto never_called = [] { sleep(1); };
  (void)never_called;
  auto stored = [] { sleep(1); };
  post(workers, stored);
  co_return;
}

task<> on_pool() {
  sleep(1);
  co_return;
}
task<> awaited_on_pool() {
  sleep(1);
  co_return;
}
task<> chain_on_pool() { co_await awaited_on_pool(); }
task<> on_both() {
  sleep(1); // warn: blocking-call "coroutine 'on_both'"
  co_return;
}
void start(loop &l, pool &workers) {
  co_spawn(workers, on_pool(), detached);
  co_spawn(workers, chain_on_pool(), detached);
  co_spawn(workers, on_both(), detached);
  co_spawn(l, on_both(), detached);
}

// Silent: not run.
task<> not_run() {
  using type = decltype(sleep(1));
  auto size = sizeof(sleep(1)) + alignof(decltype(sleep(1)));
  bool throws = noexcept(sleep(1));
  static_assert(requires { sleep(1); });
  if constexpr (sizeof(int) == 1000) sleep(1);
  auto pointer = &plain;
  (void)size, (void)throws, (void)pointer;
  co_return;
}

// Silent: somebody vouches for it, and with it for all that it calls.
[[clang::annotate("coroguard::never_blocks")]] void ready_already(std::future<int> &result) { result.get(); }
[[clang::annotate("coroguard::never_blocks")]] task<> own_thread() {
  sleep(1);
  co_return;
}
void through_voucher(std::future<int> &result) { ready_already(result); }
task<> vouched(std::future<int> &result) {
  ready_already(result);
  through_voucher(result);
  co_await own_thread();
}

// Silent: the same names, other functions; members that do not wait.
namespace other {
void sleep(int);
struct thread {
  void join();
};
} // namespace other
task<> namesakes(other::thread t, std::thread u, std::ifstream &in) {
  other::sleep(1);
  t.join();
  u.detach();
  overloaded(1);
  std::ifstream closed;
  std::ifstream moved(std::move(in));
  int word;
  in >> word;
  co_return;
}

// Silent: awaiting is not sleeping.
task<> awaits(timer &t) {
  t.expires_after(10ms);
  co_await t.async_wait(use_awaitable);
}

// --- Silent: after a hop that no model knows, to a thread or to a pool of threads -------------------------------------------

struct on_new_thread {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    std::thread([waiting] { waiting.resume(); }).detach();
  }
  void await_resume() {}
};
on_new_thread new_thread() { return {}; }
struct own_pool {
  struct operation {
    own_pool &pool;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { pool.waiting.push_back(waiting); }
    void await_resume() {}
  };
  operation schedule() { return {*this}; }
  std::vector<std::coroutine_handle<>> waiting;
  std::vector<std::thread> threads;
};
struct own_timer { // one thread: it may be the loop's
  struct operation {
    own_timer &timer;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { timer.waiting.push_back(waiting); }
    void await_resume() {}
  };
  operation after(int) { return {*this}; }
  std::vector<std::coroutine_handle<>> waiting;
  std::thread thread;
};
task<> on_a_thread_of_its_own() {
  co_await on_new_thread{};
  ::sleep(1);
}
task<> made_by_a_function() {
  co_await new_thread();
  ::sleep(1);
}
task<> on_an_own_pool(own_pool &pool) {
  co_await pool.schedule();
  ::sleep(1);
}
task<> before_the_hop(own_pool &pool) {
  ::sleep(1); // warn: blocking-call "'sleep' blocks"
  co_await pool.schedule();
}
task<> on_one_path_only(own_pool &pool, bool heavy) {
  if (heavy) co_await pool.schedule();
  ::sleep(1); // warn: blocking-call "'sleep' blocks"
}
task<> after_a_timer(own_timer &timer) {
  co_await timer.after(1);
  ::sleep(1); // warn: blocking-call "'sleep' blocks"
}

// --- Virtual functions: when every overrider that the project shows blocks -------------------------------------------------

struct base {
  virtual ~base();
  virtual void work() = 0; // pure
  virtual void both();
  virtual void one();
  virtual void unknown();
};
void base::both() { sleep(1); }
void base::one() {}
struct sleeper : base {
  void work() override { sleep(1); }
  void both() override { usleep(1); }
  void one() override { sleep(1); }
  void unknown() override { sleep(1); }
};
struct late_sleeper final : sleeper {
  void work() override { sleep(2); }
};
void step(base &b) { b.work(); } // note: "'step' calls the virtual 'base::work'"
task<> dispatched(base &b, sleeper &s, late_sleeper &l, std::unique_ptr<base> p) {
  l.work();          // warn: blocking-call "'late_sleeper::work' ends in 'sleep'"
  s.sleeper::work(); // warn: blocking-call "'sleeper::work' ends in 'sleep'"
  b.work();          // warn: blocking-call "'base::work' ends in 'sleep'"
  s.work();          // warn: blocking-call "'sleeper::work' ends in 'sleep'"
  p->work();         // warn: blocking-call "'base::work' ends in 'sleep'"
  b.both();          // warn: blocking-call "'base::both' ends in"
  step(b);           // warn: blocking-call "'step' ends in 'sleep'"
  b.one();           // the base's body returns at once
  b.unknown();       // nobody knows the base's body
  co_return;
}

// --- Callables in variables, fields and parameters: when there is only one ---------------------------------------------------

void nap_once() { sleep(1); }
void run_erased(std::function<void()> f) { f(); }
void run_two(const std::function<void()> &f) { f(); }
struct owner {
  std::function<void()> hook;
  void (*raw)() = nullptr;
  void call() { hook(); }
};
task<> indirect(void (*pointer)(), owner &o) {
  pointer = nap_once;
  pointer(); // warn: blocking-call "'pointer' ends in 'sleep'"
  std::function<void()> erased = nap_once;
  erased(); // warn: blocking-call "'erased' ends in 'sleep'"
  auto copy = erased;
  copy(); // warn: blocking-call "'copy' ends in 'sleep'"
  run_erased(nap_once); // warn: blocking-call "'run_erased' ends in 'sleep'"
  o.hook = [] { sleep(1); };
  o.call(); // warn: blocking-call "'owner::call' ends in 'sleep'"
  o.raw = nap_once;
  o.raw(); // warn: blocking-call "'owner::raw' ends in 'sleep'"
  auto method = &nap::take;
  (global.*method)(); // warn: blocking-call "'method' ends in 'sleep'"
  (global.*&nap::take)(); // warn: blocking-call "'nap::take' ends in 'sleep'"
  std::function<void()> chosen = o.raw ? nap_once : inline_helper;
  chosen(); // one of two
  std::function<void()> unknown = o.raw ? nap_once : pointer_from_elsewhere();
  unknown();
  run_two(nap_once), run_two([] {}); // sometimes another one
  std::function<void()> empty;
  if (empty) empty();
  co_return;
}

// A handler that is registered in a table, and called by loop code alone, is loop code.
struct handler {
  std::function<void(int)> run;
};
class router {
  std::map<int, handler> table;
  std::vector<std::function<void()>> listeners;
  std::vector<std::function<void()>> offloaded;

public:
  void add(int id, std::function<void(int)> f) { table[id] = handler{std::move(f)}; }
  void listen(std::function<void()> f) { listeners.push_back(std::move(f)); }
  void later(std::function<void()> f) { offloaded.emplace_back(std::move(f)); }
  task<> serve(int id) {
    auto it = table.find(id);
    const auto found = it->second;
    found.run(id);
    for (auto &listener : listeners) listener();
    co_return;
  }
  void work(pool &workers) {
    for (auto &job : offloaded) post(workers, [&job] { job(); });
  }
};
void fill(router &r, int file) {
  r.add(1, [file](int) {
    save(file); // warn: blocking-call "'save' ends in 'fsync' and blocks the event loop's thread in a loop callback, 'lambda in fill'"
  });
  r.add(2, [](int) {});
  r.listen([] { sleep(1); }); // warn: blocking-call "in a loop callback, 'lambda in fill'"
  r.later([] { sleep(1); });
  r.later([file] { save(file); });
}

// Whoever registers chooses: it is not known where a handler runs.
struct choosing {
  std::function<void()> run;
  bool offload = false;
};
class chooser {
  std::map<int, choosing> table;

public:
  void add(int id, std::function<void()> f, bool offload) { table[id] = choosing{std::move(f), offload}; }
  task<> serve(int id, pool &workers) {
    const auto found = table[id];
    if (found.offload) post(workers, [&] { found.run(); });
    else found.run();
    co_return;
  }
};
void fill(chooser &c) {
  c.add(1, [] { sleep(1); }, true);
  c.add(2, [] {}, false);
}

// --- What nobody wrote: implicit constructors, default arguments, constructors behind standard functions -----------------------

struct contains {
  nap member;
};
struct by_default {
  unsigned left = sleep(1);
};
struct only_one {
  explicit only_one(int) { sleep(1); }
  only_one(int, int) {}
};
int slow_default(int n = sleep(1));
task<> implicit(std::vector<only_one> all, std::optional<nap> maybe) {
  contains made;                // warn: blocking-call "'contains::contains' ends in 'sleep'"
  by_default aggregate{};       // warn: blocking-call "'sleep' blocks"
  by_default given{1};
  slow_default();               // warn: blocking-call "'sleep' blocks"
  slow_default(1);
  auto p = std::make_unique<nap>(); // warn: blocking-call "nap' ends in 'sleep'"
  auto q = std::make_shared<only_one>(1); // warn: blocking-call "only_one' ends in 'sleep'"
  auto r = std::make_shared<only_one>(1, 2);
  all.emplace_back(1);          // warn: blocking-call "only_one' ends in 'sleep'"
  all.emplace_back(1, 2);
  maybe.emplace();              // warn: blocking-call "nap' ends in 'sleep'"
  std::optional<only_one> there(std::in_place, 1); // warn: blocking-call "only_one' ends in 'sleep'"
  auto file = std::make_unique<std::ifstream>("config"); // warn: blocking-call "basic_ifstream' blocks"
  co_return;
}

// Threads that standard functions start.
task<> forwarded_threads(std::vector<std::thread> &threads) {
  threads.emplace_back([] { sleep(1); });
  auto owned = std::make_shared<std::thread>([] { sleep(1); });
  co_return;
}

// An awaiter's own functions run during co_await.
struct sleepy_awaiter {
  bool await_ready() { return sleep(1); }
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct sleepy_suspend {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>) { sleep(1); }
  void await_resume();
};
struct sleepy_operator {};
mock::awaiter operator co_await(sleepy_operator) { return sleep(1), mock::awaiter(); }
task<> awaits_sleepy() {
  co_await sleepy_awaiter(); // warn: blocking-call "'sleepy_awaiter::await_ready' ends in 'sleep'"
  co_await sleepy_suspend(); // warn: blocking-call "'sleepy_suspend::await_suspend' ends in 'sleep'"
  co_await sleepy_operator(); // warn: blocking-call "'operator co_await' ends in 'sleep'"
}

// --- Only the standard input waits for a user ---------------------------------------------------------------------------

task<> console(std::istringstream &text) {
  std::string line, word;
  while (std::getline(std::cin, line)) {} // warn: blocking-call "'std::getline' blocks"
  std::cin >> word; // warn: blocking-call "blocks"
  std::cin.ignore(1); // warn: blocking-call "'std::basic_istream::ignore' blocks"
  int number = 0;
  std::cin >> number; // warn: blocking-call "blocks"
  std::cin >> word >> number >> word; // warn: blocking-call "blocks"
  std::getline(std::cin >> std::ws, line); // warn: blocking-call "blocks"
  std::getline(text, line);
  text >> word >> number;
  co_return;
}

// --- Silent: descriptors that the code around has made non-blocking -----------------------------------------------------------

struct reader {
  int file = ::open("x", O_RDONLY | O_NONBLOCK);
  int plain = ::open("x", O_RDONLY);
  task<> run(char *buffer) {
    pread(file, buffer, 1, 0);
    pread(plain, buffer, 1, 0); // warn: blocking-call "'pread' blocks"
    co_return;
  }
};
task<> switched(int given, int other, char *buffer) {
  fcntl(given, F_SETFL, fcntl(given, F_GETFL) | O_NONBLOCK);
  pread(given, buffer, 1, 0);
  pread(other, buffer, 1, 0); // warn: blocking-call "'pread' blocks"
  co_return;
}

// --- Silent: the last words of a process ------------------------------------------------------------------------------

[[noreturn]] void die(const char *why) {
  std::cerr << why;
  flock(2, LOCK_EX);
  std::abort();
}
[[noreturn]] void serves_for_ever() {
  for (;;) usleep(1);
}
void logged(int level) {
  std::cerr << level;
  if (level > 3) {
    std::system("backtrace");
    std::exit(1);
  }
}
task<> gives_up(int level) {
  logged(level);
  if (level == 2) die("two");
  if (level == 1) {
    sleep(1);
    die("one");
  }
  if (level == 0) {
    if (level) co_return;
    sleep(1); // warn: blocking-call "'sleep' blocks"
    die("or not");
  }
  if (level < 0) {
    serves_for_ever(); // warn: blocking-call "'serves_for_ever' ends in 'usleep'"
  }
  co_await handle();
  sleep(1); // warn: blocking-call "'sleep' blocks"
  std::exit(0);
}

// --- Imperfections -----------------------------------------------------------------------------------------------------

// Which one it is is not known.
task<> one_of_two(bool b) {
  void (*f)() = b ? nap_once : inline_helper;
  f(); // missed alarm: blocking-call
  co_return;
}
