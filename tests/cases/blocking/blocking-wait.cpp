// for: std
// Waits for tasks and futures in loop code, by model and by shape.
// A task type of a library nobody modelled; its bodies are not here.
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <lib.h>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace vendor {
template <class T = void> struct job {
  struct promise_type {
    job get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  job(job &&) noexcept;
  job &operator=(job &&) noexcept;
  ~job();
  T get();
  T result(std::chrono::milliseconds);
  T join(int = 0);
  void wait();
  int size();
  bool get(int);
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class T> T sync_wait(job<T> &&);
template <class T> T blockingWait(job<T>);
template <class T> int block_on(int, job<T>);
job<int> compute(int);
template <class... T> job<std::tuple<T...>> when_all(T...);
} // namespace vendor
using vendor::job;

// --- The plain bug -------------------------------------------------------------------------------------------------

task<int> handle(std::future<int> answer) {
  co_return answer.get(); // warn: blocking-wait "'std::future::get' waits on the event loop's thread in coroutine 'handle'; it hangs when what it waits for needs this thread" // note: "'std::future::get' waits: it sleeps"
}

// --- By model and by shape -------------------------------------------------------------------------------------------

task<> futures(std::future<int> one, std::shared_future<int> two, std::vector<std::future<int>> many, std::unique_ptr<std::future<int>> owned) {
  one.wait();                          // warn: blocking-wait "wait' waits"
  two.get();                           // warn: blocking-wait "'std::shared_future::get' waits"
  many[0].get();                       // warn: blocking-wait "'std::future::get' waits"
  owned->get();                        // warn: blocking-wait "'std::future::get' waits"
  for (auto &each : many) each.wait(); // warn: blocking-wait "wait' waits"
  int n = std::async([] { return 1; }).get(); // warn: blocking-wait "'std::future::get' waits"
  (void)n;
  co_return;
}

// Behind a wait the result is there: one finding.
task<int> waited_before(std::future<int> one, std::future<int> other) {
  one.wait(); // warn: blocking-wait "wait' waits"
  int n = one.get();
  n += other.get(); // warn: blocking-wait "'std::future::get' waits"
  co_return n;
}

task<int> shapes(job<int> one, std::optional<job<int>> two, job<int> *three) {
  one.get();                                   // warn: blocking-wait "'vendor::job::get' waits"
  one.join();                                  // warn: blocking-wait "'vendor::job::join' waits"
  one.wait();                                  // warn: blocking-wait "'vendor::job::wait' waits"
  two->get();                                  // warn: blocking-wait "'vendor::job::get' waits"
  three->get();                                // warn: blocking-wait "'vendor::job::get' waits"
  int n = vendor::sync_wait(vendor::compute(1)); // warn: blocking-wait "'vendor::sync_wait' waits"
  n += blockingWait(vendor::compute(1));       // warn: blocking-wait "'vendor::blockingWait' waits"
  n += vendor::compute(2).get();               // warn: blocking-wait "'vendor::job::get' waits"
  co_return n;
}

#define MUST(e) (e).get()
template <class T> T take(T &&t) { return std::forward<T>(t); }
template <class F> task<int> generic(F f) {
  co_return f.get(); // warn: blocking-wait "'vendor::job::get' waits"
}
template task<int> generic(job<int>);

task<> places(job<int> a, job<int> b, job<int> c, job<int> d, bool flag) {
  MUST(a);                               // warn: blocking-wait "'vendor::job::get' waits"
  int n = flag ? b.get() : 0;            // warn: blocking-wait "'vendor::job::get' waits"
  if (int m = c.get(); m > n) co_return; // warn: blocking-wait "'vendor::job::get' waits"
  auto closure = [&d] { return d.get(); };
  closure();                             // warn: blocking-wait "ends in 'vendor::job::get' and waits"
}

// --- Through helpers ---------------------------------------------------------------------------------------------------

int lookup(std::future<int> &f) {
  return f.get(); // note: "'std::future::get' waits"
}
int deeper(std::future<int> &f) { return lookup(f); } // note: "'deeper' calls 'lookup'"
task<> helpers(std::future<int> f) {
  deeper(f); // warn: blocking-wait "'deeper' ends in 'std::future::get' and waits"
  co_return;
}
// The shorter chain decides which rule it is.
void both(std::future<int> &f) {
  sleep(1);
  lookup(f);
}
task<> shorter(std::future<int> f) {
  both(f); // warn: blocking-call "'both' ends in 'sleep'"
  co_return;
}

// --- Silent: it is complete ----------------------------------------------------------------------------------------------

task<> asked(std::future<int> f, std::vector<std::future<int>> all, std::map<int, std::future<int>> table) {
  if (f.wait_for(0s) == std::future_status::ready) f.get();
  for (auto &each : all)
    if (each.wait_for(0s) == std::future_status::ready) each.get();
  for (auto &[key, each] : table)
    if (each.wait_for(0ms) == std::future_status::ready) each.get();
  auto it = table.find(1);
  if (it->second.wait_for(0ms) != std::future_status::ready) co_return;
  it->second.get();
}

task<> awaited_before(job<int> f, job<int> a, job<int> b) {
  co_await f;
  f.get();
  co_await vendor::when_all(std::ref(a), std::ref(b));
  a.get(), b.get();
}
struct many { job<job<int>> next(); job<std::tuple<job<int>, job<int>>> pair(); };
task<> results_of_await(many &m) {
  auto inner = co_await m.next();
  inner.get();
  auto [x, y] = co_await m.pair();
  x.get(), y.get();
  auto both = co_await m.pair();
  std::get<0>(both).get();
  (co_await m.next()).get();
}

// An awaiter hands over what is complete.
struct future_awaiter {
  std::future<int> f;
  bool await_ready() { return f.wait_for(0s) == std::future_status::ready; }
  void await_suspend(std::coroutine_handle<> h) {
    std::thread([this, h] { f.wait(), h.resume(); }).detach(); // warn: foreign-thread-resume "'h' is resumed"
  }
  int await_resume() { return f.get(); }
};
task<> awaits_future(std::future<int> f) { co_await future_awaiter{std::move(f)}; }

// --- Silent: not a wait ----------------------------------------------------------------------------------------------------

// A task of the project: its body tells.
struct own_task : mock::lazy_task<int> {
  int get() { return value; }
  int value;
};
struct own_waits : mock::lazy_task<int> {
  int get() { return sleep(1); }
};
task<> not_waits(job<int> f, own_task own, own_waits slow, std::unique_ptr<job<int>> p) {
  f.size();
  f.get(1);
  f.result(10ms);
  own.get();
  slow.get(); // warn: blocking-call "'own_waits::get' ends in 'sleep'"
  p.get();
  vendor::block_on(1, std::move(f));
  co_await vendor::compute(1);
}

// Not on a loop.
int plain(std::future<int> f, job<int> g) { return f.get() + g.get() + vendor::sync_wait(vendor::compute(1)); }
int run_tests() { return plain({}, vendor::compute(1)); }
task<> elsewhere(pool &workers, std::future<int> &f, job<int> &g) {
  post(workers, [&f] { f.get(); });
  std::thread([&g] { g.get(); }).detach();
  co_return;
}
[[clang::annotate("coroguard::never_blocks")]] int vouched(std::future<int> &f) { return f.get(); }
task<> calls_vouched(std::future<int> &f) {
  vouched(f);
  co_return;
}

// --- Imperfections -----------------------------------------------------------------------------------------------------------

struct session {
  std::future<int> pending;
  void ask() { (void)pending.wait_for(0s); }
  task<> takes() {
    ask(); // whoever asks in another function
    pending.get(); // false alarm: blocking-wait
    co_return;
  }
};
// Asked, but the answer is not looked at.
task<> asked_for_nothing(std::future<int> f) {
  (void)f.wait_for(0s);
  f.get(); // missed alarm: blocking-wait
  co_return;
}
