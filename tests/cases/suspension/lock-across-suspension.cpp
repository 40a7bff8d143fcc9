// A coroutine that suspends while it holds a lock of its thread.
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <optional>
#include <shared_mutex>
#include <task.h>
#include <thread>
#include <utility>
#include <vector>

using mock::lazy_task;

std::mutex m, m2;
std::shared_mutex shared;
std::timed_mutex timed;
std::recursive_mutex recursive;
bool ready();
lazy_task<> work();
lazy_task<int> get();
lazy_task<> use(int);
void spawn(lazy_task<>);
void look(const std::unique_lock<std::mutex> &);
lazy_task<> wait(std::unique_lock<std::mutex> &);
lazy_task<> finish(std::unique_lock<std::mutex>);

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> plain() {
  std::lock_guard lock(m); // note: "'lock' is locked here"
  co_await work();         // warn: lock-across-suspension "the coroutine suspends while 'lock' holds 'm'; others block their threads on it until it goes on"
}

// --- Guards --------------------------------------------------------------------------------------------------------

lazy_task<> explicit_type() { std::lock_guard<std::mutex> g(m); co_await work(); } // warn: lock-across-suspension "'g' holds 'm'"
lazy_task<> scoped() { std::scoped_lock g(m, m2); co_await work(); }               // warn: lock-across-suspension "'g'"
lazy_task<> unique() { std::unique_lock g{m}; co_await work(); }                   // warn: lock-across-suspension "'g'"
lazy_task<> reader() { std::shared_lock g(shared); co_await work(); }              // warn: lock-across-suspension "'g' holds 'shared'"
lazy_task<> recursively() { std::lock_guard g(recursive); co_await work(); }       // warn: lock-across-suspension "'g'"
lazy_task<> made_so() { auto g = std::unique_lock(m); co_await work(); }           // warn: lock-across-suspension "'g'"
lazy_task<> initialises() { std::lock_guard g(m); int x = co_await get(); (void)x; } // warn: lock-across-suspension "'g'"
lazy_task<int> returns() { std::lock_guard g(m); co_return co_await get(); }       // warn: lock-across-suspension "'g'"
lazy_task<> as_argument() { std::lock_guard g(m); co_await use(co_await get()); }  // warn: lock-across-suspension "'g'"
lazy_task<> adopted() { m.lock(); std::lock_guard g(m, std::adopt_lock); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> maybe(bool b) {
  std::unique_lock g(m, std::defer_lock);
  if (b) g.lock(); // note: "'g' is locked here"
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> locked_later() {
  std::unique_lock g(m, std::defer_lock);
  co_await work();
  g.lock();
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> tried() {
  std::unique_lock g(m, std::try_to_lock);
  if (!g.owns_lock()) co_return;
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> tried_later() {
  std::unique_lock g(m, std::defer_lock);
  if (g.try_lock()) co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> relocked() {
  std::unique_lock g(m);
  while (ready()) {
    g.unlock();
    co_await work();
    g.lock();
  }
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> on_one_path(bool b) {
  std::unique_lock g(m);
  if (b) g.unlock();
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> given(std::unique_lock<std::mutex> g) { // note: "'g' is locked here"
  co_await work(); // warn: lock-across-suspension "'g' is"
}
lazy_task<> twice() {
  std::lock_guard g(m);
  co_await work(); // warn: lock-across-suspension "'g'"
  co_await work(); // note: "it may still be locked here"
}

// --- In the heads of statements ------------------------------------------------------------------------------------

lazy_task<> in_if() {
  if (std::lock_guard g(m); ready()) co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> in_else() {
  if (std::lock_guard g(m); ready()) {
  } else co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> as_condition() {
  if (std::unique_lock g{m, std::try_to_lock}) co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> in_for() {
  for (std::unique_lock g(m);;) { co_await work(); break; } // warn: lock-across-suspension "'g'"
}
lazy_task<> in_switch(int n) {
  switch (std::lock_guard g(m); n) {
  case 1: co_await work(); break; // warn: lock-across-suspension "'g'"
  default: break;
  }
}
lazy_task<> in_range_for(std::vector<int> &numbers) {
  for (std::lock_guard g(m); int n : numbers) co_await use(n); // warn: lock-across-suspension "'g'"
}

// --- Owners, wrappers, temporaries ----------------------------------------------------------------------------------

struct wrapper { std::lock_guard<std::mutex> guard{m}; };
struct derived : std::unique_lock<std::mutex> { using unique_lock::unique_lock; };
struct with_base : wrapper { int more = 0; };
class session {
  std::unique_lock<std::mutex> guard;

public:
  explicit session(std::mutex &mutex) : guard(mutex) {}
  session() {}
  void done() { guard.unlock(); }
  int value() const;
};
class own_guard {
  std::mutex &mutex;

public:
  explicit own_guard(std::mutex &mutex) : mutex(mutex) { mutex.lock(); }
  own_guard(const own_guard &) = delete;
  ~own_guard() { mutex.unlock(); }
};
class Elsewhere_Lock {
  std::mutex *mutex;

public:
  explicit Elsewhere_Lock(std::mutex *);
  Elsewhere_Lock(const Elsewhere_Lock &) = delete;
  ~Elsewhere_Lock();
};
auto locked() { return std::unique_lock(m); }
std::unique_lock<std::mutex> locked_elsewhere();
struct pair_of_locks { std::unique_lock<std::mutex> first, second; };

lazy_task<> wraps() { wrapper w; co_await work(); }                        // warn: lock-across-suspension "'w'"
lazy_task<> derives() { derived d(m); co_await work(); }                   // warn: lock-across-suspension "'d'"
lazy_task<> by_base() { with_base w; co_await work(); }                    // warn: lock-across-suspension "'w'"
lazy_task<> a_class() { session s(m); co_await work(); }                   // warn: lock-across-suspension "'s'"
lazy_task<> of_its_own() { own_guard g(m); co_await work(); }              // warn: lock-across-suspension "'g'"
lazy_task<> by_its_name() { Elsewhere_Lock g(&m); co_await work(); }       // warn: lock-across-suspension "'g'"
lazy_task<> aggregate() { pair_of_locks p{std::unique_lock(m), {}}; co_await work(); } // warn: lock-across-suspension "'p'"
lazy_task<> on_the_heap() { auto g = std::make_unique<std::lock_guard<std::mutex>>(m); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> shared_owner() { auto g = std::make_shared<std::unique_lock<std::mutex>>(m); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> by_new() { std::unique_ptr<std::lock_guard<std::mutex>> g(new std::lock_guard<std::mutex>(m)); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> plain_new() { auto *g = new std::lock_guard<std::mutex>(m); co_await work(); delete g; } // warn: lock-across-suspension "'g'"
lazy_task<> perhaps() { std::optional<std::unique_lock<std::mutex>> g(std::in_place, m); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> emplaced() {
  std::optional<std::lock_guard<std::mutex>> g;
  co_await work();
  g.emplace(m);
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> several() {
  std::vector<std::unique_lock<std::mutex>> all;
  all.emplace_back(m);
  co_await work(); // warn: lock-across-suspension "'all'"
}
lazy_task<> from_function() { auto g = locked(); co_await work(); }              // warn: lock-across-suspension "'g'"
lazy_task<> from_another_file() { auto g = locked_elsewhere(); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> extended() { auto &&g = locked(); co_await work(); }                 // warn: lock-across-suspension "'g'"
lazy_task<> comma() { co_await (std::lock_guard<std::mutex>(m), work()); }       // warn: lock-across-suspension "a temporary 'std::lock_guard' holds its lock"
lazy_task<> comma_around() { (locked(), co_await work()); }                      // warn: lock-across-suspension "a temporary 'std::unique_lock'"
void both(const std::unique_lock<std::mutex> &, int);
lazy_task<> argument() { both(std::unique_lock(m), co_await get()); }            // warn: lock-across-suspension "a temporary"
lazy_task<> moved() {
  std::unique_lock first(m); // note: "'second' is locked here"
  std::unique_lock second(std::move(first));
  co_await work(); // warn: lock-across-suspension "'second'"
}
lazy_task<> assigned() {
  std::unique_lock<std::mutex> g;
  g = std::unique_lock(m);
  co_await work(); // warn: lock-across-suspension "'g'"
}
lazy_task<> in_closure() {
  std::unique_lock g(m);
  auto later = [g = std::move(g)] {};
  co_await work(); // warn: lock-across-suspension "'later'"
}
void start_with_lock() {
  auto f = [g = std::unique_lock(m)]() -> lazy_task<> { co_await work(); }; // warn: lock-across-suspension "'g'"
  (void)f;
}

// --- By hand -------------------------------------------------------------------------------------------------------

lazy_task<> by_hand() {
  m.lock();        // note: "'m' is locked here"
  co_await work(); // warn: lock-across-suspension "while 'm' is locked"
  m.unlock();
}
lazy_task<> shared_by_hand() { shared.lock_shared(); co_await work(); shared.unlock_shared(); } // warn: lock-across-suspension "'shared'"
lazy_task<> all_at_once() { std::lock(m, m2); m2.unlock(); co_await work(); m.unlock(); }       // warn: lock-across-suspension "'m'"
lazy_task<> then_adopted() {
  std::lock(m, m2);
  std::lock_guard first(m, std::adopt_lock);
  m2.unlock();
  co_await work(); // warn: lock-across-suspension "'first'"
}
lazy_task<> tried_by_hand() {
  if (!m.try_lock()) co_return;
  co_await work(); // warn: lock-across-suspension "'m'"
  m.unlock();
}
struct spin { void lock(); void unlock(); };
struct account {
  std::mutex mutex;
  spin latch;
  std::unique_lock<std::mutex> kept;
  lazy_task<> update() { mutex.lock(); co_await work(); mutex.unlock(); } // warn: lock-across-suspension "'mutex'"
  lazy_task<> spins() { latch.lock(); co_await work(); latch.unlock(); }  // warn: lock-across-suspension "'latch'"
  lazy_task<> keeps() { kept = std::unique_lock(mutex); co_await work(); kept.unlock(); } // warn: lock-across-suspension "'kept'"
  lazy_task<> helps() { mutex.lock(); release(); co_await work(); }
  void release() { mutex.unlock(); }
};
pthread_mutex_t raw;
lazy_task<> posix() { pthread_mutex_lock(&raw); co_await work(); pthread_mutex_unlock(&raw); } // warn: lock-across-suspension "'raw'"

// --- Other suspensions, other functions ------------------------------------------------------------------------------

mock::generator<int> yields() {
  std::lock_guard g(m);
  co_yield 1; // warn: lock-across-suspension "the coroutine yields while 'g' holds 'm'; its consumer runs under the lock"
}
lazy_task<> always() { std::lock_guard g(m); co_await std::suspend_always{}; } // warn: lock-across-suspension "'g'"
template <class Mutex> lazy_task<> generic(Mutex &mutex) {
  std::lock_guard g(mutex);
  co_await work(); // warn: lock-across-suspension "'g'"
}
template lazy_task<> generic(std::mutex &);
template lazy_task<> generic(std::recursive_mutex &);
auto closure = []() -> lazy_task<> {
  std::lock_guard g(m);
  co_await work(); // warn: lock-across-suspension "'g'"
};
lazy_task<> tries() {
  try {
    std::lock_guard g(m);
    co_await work(); // warn: lock-across-suspension "'g'"
  } catch (...) {
  }
  co_await work();
}

// --- Silent: released ------------------------------------------------------------------------------------------------

lazy_task<> unlocked() { std::unique_lock g(m); g.unlock(); co_await work(); }
lazy_task<> deferred() { std::unique_lock g(m, std::defer_lock); co_await work(); }
namespace seen_nowhere {
template <class M> std::unique_lock<M> make_guard(M &);
template <class M> std::unique_lock<M> make_guard(M &, std::defer_lock_t);
} // namespace seen_nowhere
lazy_task<> deferred_elsewhere() { auto g = seen_nowhere::make_guard(m, std::defer_lock); co_await work(); }
lazy_task<> locked_by_unseen() { auto g = seen_nowhere::make_guard(m); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> empty() { std::unique_lock<std::mutex> g; co_await work(); }
lazy_task<> released() { std::unique_lock g(m); g.release()->unlock(); co_await work(); }
lazy_task<> block_ended() { { std::lock_guard g(m); ready(); } co_await work(); }
class client {
  std::unique_lock<std::mutex> guard;

public:
  client(int port, const char *host);
  ~client();
};
lazy_task<> other_variables() {
  { std::lock_guard g(m); ready(); }
  std::vector<int> numbers(64, 0);
  client c(80, "host");
  co_await use(numbers[0]);
}
lazy_task<> if_ended() { if (std::lock_guard g(m); ready()) ready(); co_await work(); }
lazy_task<> for_ended() { for (std::lock_guard g(m); ready();) ready(); co_await work(); }
lazy_task<> handed_over() { std::unique_lock g(m); co_await finish(std::move(g)); }
lazy_task<> async_condition() { std::unique_lock g(m); co_await wait(g); }
lazy_task<> moved_into_call() { std::unique_lock g(m); [](std::unique_lock<std::mutex>) {}(std::move(g)); co_await work(); }
lazy_task<> moved_into_dead_closure() { std::unique_lock g(m); [g = std::move(g)] { ready(); }(); co_await work(); }
lazy_task<> moved_into_ended() { std::unique_lock g(m); { auto other = std::move(g); ready(); } co_await work(); }
lazy_task<> assigned_away() { std::unique_lock g(m); g = {}; co_await work(); }
lazy_task<> owner_reset() { auto g = std::make_unique<std::lock_guard<std::mutex>>(m); g.reset(); co_await work(); }
lazy_task<> optional_reset() { std::optional<std::lock_guard<std::mutex>> g; g.emplace(m); g.reset(); co_await work(); }
lazy_task<> no_owner() { std::unique_ptr<std::lock_guard<std::mutex>> g; co_await work(); }
lazy_task<> nothing_in_it() { std::vector<std::unique_lock<std::mutex>> all; co_await work(); }
lazy_task<> cleared() { std::vector<std::unique_lock<std::mutex>> all; all.emplace_back(m); all.clear(); co_await work(); }
lazy_task<> through_pointer() { auto g = std::make_unique<std::unique_lock<std::mutex>>(m); g->unlock(); co_await work(); }
lazy_task<> member_unlocks() { session s(m); s.done(); co_await work(); }
lazy_task<> not_locked() { session s; co_await work(); }
lazy_task<> deleted() { auto *g = new std::lock_guard<std::mutex>(m); delete g; co_await work(); }
lazy_task<> hand_unlocked() { m.lock(); m.unlock(); co_await work(); }
lazy_task<> hand_unlocked_both(bool b) {
  m.lock();
  if (b) m.unlock();
  else m.unlock();
  co_await work();
}
lazy_task<> same_condition(bool b) {
  std::unique_lock g(m);
  if (b) g.unlock();
  if (b) co_await work();
}
lazy_task<> other_condition(bool b) {
  std::unique_lock g(m, std::defer_lock);
  if (b) g.lock();
  if (!b) co_await work();
}
lazy_task<> locked_and_unlocked(bool b) {
  if (b) m.lock();
  ready();
  if (b) m.unlock();
  co_await work();
}
lazy_task<> asks_the_guard() {
  std::unique_lock g(m, std::try_to_lock);
  if (g) g.unlock();
  co_await work();
}
lazy_task<> waits_for_lock() {
  std::unique_lock g(m, std::try_to_lock);
  while (!g.owns_lock()) {
    co_await work();
    g.try_lock();
  }
}
lazy_task<> polls_by_hand() {
  while (!m.try_lock()) co_await work();
  m.unlock();
}
lazy_task<> polls_first() {
  do co_await work();
  while (!m.try_lock());
  m.unlock();
}
lazy_task<> remembers() {
  bool taken = m.try_lock();
  if (taken) m.unlock();
  if (!taken) co_await work();
}
lazy_task<> unlocks_in_closure() {
  m.lock();
  auto done = [] { m.unlock(); };
  done();
  co_await work();
}
struct at_exit {
  std::function<void()> f;
  ~at_exit() { f(); }
};
lazy_task<> unlocks_at_exit() {
  {
    m.lock();
    at_exit last{[] { m.unlock(); }};
    ready();
  }
  co_await work();
}
lazy_task<> thrown(bool b) {
  try {
    std::lock_guard g(m);
    if (b) throw 1;
  } catch (int) {
  }
  co_await work();
}

// --- Silent: not held where it suspends ------------------------------------------------------------------------------

lazy_task<> only_defines() { std::lock_guard g(m); auto f = []() -> lazy_task<> { co_await work(); }; (void)f; co_return; }
lazy_task<> only_spawns() { std::lock_guard g(m); spawn(work()); co_return; }
lazy_task<int> only_returns() { std::lock_guard g(m); co_return 1; }
lazy_task<> locks_behind() { co_await work(); std::lock_guard g(m); ready(); }
lazy_task<> in_a_plain_lambda() { [] { std::lock_guard g(m); ready(); }(); co_await work(); }
lazy_task<> temporary_ended() { locked(); co_await work(); }
lazy_task<> temporary_in_call() { look(std::unique_lock(m)); co_await work(); }
struct always_ready {
  constexpr bool await_ready() noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) noexcept {}
  void await_resume() noexcept {}
};
struct own_handle {
  std::coroutine_handle<> handle;
  constexpr bool await_ready() noexcept { return false; }
  constexpr bool await_suspend(std::coroutine_handle<> h) noexcept { handle = h; return false; }
  std::coroutine_handle<> await_resume() noexcept { return handle; }
};
lazy_task<> never() { std::lock_guard g(m); co_await std::suspend_never{}; }
lazy_task<> ready_at_once() { std::lock_guard g(m); co_await always_ready{}; }
lazy_task<> only_asks() { std::lock_guard g(m); co_await own_handle{}; }
std::unique_lock<std::mutex> unlocked_guard() { return std::unique_lock(m, std::defer_lock); }
lazy_task<> gets_deferred() { auto g = unlocked_guard(); co_await work(); }
struct box { int value; box &operator=(int); };
struct locked_box {
  std::unique_lock<std::mutex> guard{m};
  box *inner;
  box &operator*();
};
lazy_task<> right_side_first() { *locked_box() = co_await get(); }
std::weak_ptr<int> weak;
lazy_task<> not_a_mutex() { auto p = weak.lock(); co_await work(); }

// --- Silent: locks that tasks wait for ---------------------------------------------------------------------------------

struct async_mutex {
  bool try_lock();
  void unlock();
  struct guard {
    async_mutex *mutex;
    ~guard() { mutex->unlock(); }
    void unlock();
  };
  lazy_task<guard> lock();
  lazy_task<std::unique_lock<async_mutex>> scoped_lock();
};
async_mutex am;
lazy_task<> async_guard() { auto g = co_await am.lock(); co_await work(); }
lazy_task<> async_unique() { auto g = co_await am.scoped_lock(); co_await work(); }
lazy_task<> async_adopted() { std::unique_lock g(am, std::adopt_lock); co_await work(); }
lazy_task<> async_tried() { std::unique_lock g(am, std::try_to_lock); co_await work(); }

// --- Imperfections ---------------------------------------------------------------------------------------------------

void take_it() { m.lock(); }
lazy_task<> taken_by_helper() {
  take_it();
  co_await work(); // missed alarm: lock-across-suspension
  m.unlock();
}
void give_back();
lazy_task<> given_back_elsewhere() {
  m.lock();
  give_back();
  co_await work(); // false alarm: lock-across-suspension
}
lazy_task<> lent(std::unique_lock<std::mutex> &g) {
  co_await work(); // missed alarm: lock-across-suspension
}
