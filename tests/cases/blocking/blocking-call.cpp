// for: std asio
// Loop code that puts its thread to sleep, itself or in a helper. Coroutines; callbacks are in blocking-call-asio.cpp.
#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <lib.h>
#include <memory>
#include <netdb.h>
#include <poll.h>
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
  result.wait();                              // warn: blocking-call "wait' blocks"
  int n = result.get();                       // warn: blocking-call "'std::future::get' blocks"
  n = std::async([] { return 1; }).get();     // warn: blocking-call "'std::future::get' blocks"
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
  result.wait_for(1ms);         // warn: blocking-call "wait_for' blocks"
  result.wait_for(time);        // warn: blocking-call "wait_for' blocks"
  changed.wait_for(lock, 1ms);  // warn: blocking-call "wait_for' blocks"
  poll(set, 1, 10);             // warn: blocking-call "'poll' blocks"
  poll(set, 1, -1);             // warn: blocking-call "'poll' blocks"
  waitpid(1, nullptr, 0);       // warn: blocking-call "'waitpid' blocks"
  // Silent: looks, does not wait.
  constexpr auto none = 0ms;
  result.wait_for(0s);
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
  auto result = std::async(std::launch::async, [] { return sleep(1); });
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

// --- Imperfections -----------------------------------------------------------------------------------------------------

struct base {
  virtual void work();
};
struct sleeper final : base {
  void work() override { sleep(1); }
};
task<> dispatched(base &b, sleeper &s) {
  s.work(); // warn: blocking-call "'sleeper::work' ends in 'sleep'"
  // Which override runs is not known here.
  b.work(); // missed alarm: blocking-call
  co_return;
}

// Pointers to functions and type-erased callables are not followed.
void run_erased(std::function<void()> f) { f(); }
task<> indirect(void (*pointer)()) {
  pointer = plain;
  pointer(); // missed alarm: blocking-call
  std::function<void()> erased = plain;
  erased(); // missed alarm: blocking-call
  run_erased(plain); // missed alarm: blocking-call
  auto method = &nap::take;
  (global.*method)(); // missed alarm: blocking-call
  (global.*&nap::take)(); // warn: blocking-call "'nap::take' ends in 'sleep'"
  co_return;
}

// Destructors are not calls yet (blocking-destructor will own them).
struct sleepy_end {
  ~sleepy_end() { sleep(1); }
};
task<> destructors(sleepy_end *p) {
  sleepy_end local;               // missed alarm: blocking-call
  { std::jthread worker(plain); } // missed alarm: blocking-call
  delete p;                       // missed alarm: blocking-call
  p->~sleepy_end();               // warn: blocking-call "ends in 'sleep'"
  co_return;
}

// Code that no project file writes: implicit constructors, default arguments and bodies of foreign functions.
struct contains {
  nap member;
};
int slow_default(int n = sleep(1));
task<> implicit() {
  contains made;                // missed alarm: blocking-call
  slow_default();               // missed alarm: blocking-call
  auto p = std::make_unique<nap>(); // missed alarm: blocking-call
  co_return;
}

// An awaiter's own functions run during co_await.
struct sleepy_awaiter {
  bool await_ready() { return sleep(1); }
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
task<> awaits_sleepy() {
  co_await sleepy_awaiter(); // missed alarm: blocking-call
}

// Returns at once; the model of sleep_for has no condition on its argument.
task<> zero_sleep() {
  std::this_thread::sleep_for(0s);
  co_return;
}
