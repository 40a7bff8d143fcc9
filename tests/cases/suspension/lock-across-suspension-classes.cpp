// Guards that a program writes itself, classes with a guard in them and their owners, and what is done with them.
#include <array>
#include <condition_variable>
#include <coroutine>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <task.h>
#include <utility>
#include <vector>

using mock::lazy_task;

std::mutex m, m2;
bool ready();
void use_now(int);
lazy_task<> work();
lazy_task<> use(int);

// --- Own guards ------------------------------------------------------------------------------------------------------

class unlocks_by_member {
  std::mutex *mutex;
  bool held = true;

public:
  explicit unlocks_by_member(std::mutex &mutex) : mutex(&mutex) { mutex.lock(); }
  unlocks_by_member(const unlocks_by_member &) = delete;
  ~unlocks_by_member() { if (held) unlock(); }
  void unlock() { mutex->unlock(); held = false; }
};
class locks_by_helper {
  std::mutex *mutex;
  void take(std::mutex &given) { mutex = &given; given.lock(); }

public:
  explicit locks_by_helper(std::mutex &mutex) { take(mutex); }
  ~locks_by_helper() { mutex->unlock(); }
};
std::mutex *locked(std::mutex &given) { given.lock(); return &given; }
struct locks_in_initialiser {
  std::mutex *mutex;
  explicit locks_in_initialiser(std::mutex &given) : mutex(locked(given)) {}
  ~locks_in_initialiser() { mutex->unlock(); }
};
struct delegates {
  std::mutex *mutex;
  explicit delegates(std::mutex *given) : mutex(given) { mutex->lock(); }
  explicit delegates(std::mutex &given) : delegates(&given) {}
  ~delegates() { mutex->unlock(); }
};
struct spins {
  std::mutex &mutex;
  explicit spins(std::mutex &given) : mutex(given) { while (!mutex.try_lock()) {} }
  ~spins() { mutex.unlock(); }
};
struct posix_guard {
  pthread_mutex_t &mutex;
  explicit posix_guard(pthread_mutex_t &given) : mutex(given) { pthread_mutex_lock(&mutex); }
  ~posix_guard() { pthread_mutex_unlock(&mutex); }
};
pthread_mutex_t raw;

lazy_task<> by_member() { unlocks_by_member g(m); co_await work(); }       // warn: lock-across-suspension "'g' holds 'm'"
lazy_task<> by_helper() { locks_by_helper g(m); co_await work(); }         // warn: lock-across-suspension "'g'"
lazy_task<> in_initialiser() { locks_in_initialiser g(m); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> delegating() { delegates g(m); co_await work(); }              // warn: lock-across-suspension "'g'"
lazy_task<> spinning() { spins g(m); co_await work(); }                    // warn: lock-across-suspension "'g'"
lazy_task<> by_functions() { posix_guard g(raw); co_await work(); }        // warn: lock-across-suspension "'g'"
lazy_task<> member_unlocked() { unlocks_by_member g(m); g.unlock(); co_await work(); }

/// Locks and unlocks in its constructor, and again in its destructor.
struct worker {
  std::mutex mutex;
  std::condition_variable changed;
  bool stop = false;
  worker() { std::unique_lock lock(mutex); lock.unlock(); lock.lock(); stop = false; }
  ~worker() { std::unique_lock lock(mutex); stop = true; lock.unlock(); changed.notify_all(); }
};
struct pool {
  std::mutex mutex;
  int n;
  pool() { mutex.lock(); n = 1; mutex.unlock(); }
  ~pool() { mutex.lock(); n = 0; mutex.unlock(); }
};
lazy_task<> no_guard() { worker w; co_await work(); }
lazy_task<> no_guard_by_hand() { pool p; co_await work(); }
struct null_mutex { void lock() {} void unlock() {} };
template <class Mutex> struct cache {
  Mutex mutex;
  lazy_task<> fill() { std::lock_guard<Mutex> g(mutex); co_await work(); } // warn: lock-across-suspension "'g' holds 'mutex'"
};
template struct cache<std::mutex>;
null_mutex nothing;
lazy_task<> does_nothing() { std::lock_guard g(nothing); co_await work(); }

// --- Classes with a guard in them, however deep, and their owners -------------------------------------------------------

struct level_1 { std::unique_lock<std::mutex> guard{m}; int n = 0; };
struct level_2 { level_1 inner; };
struct level_3 { level_2 inner; };
struct level_4 { level_3 inner; };
struct level_5 { level_4 inner; };
lazy_task<> deep() { level_5 w; co_await work(); }                         // warn: lock-across-suspension "'w'"
lazy_task<> shallow() { level_1 w; co_await work(); }                      // warn: lock-across-suspension "'w'"
lazy_task<> owned() { auto w = std::make_unique<level_1>(); co_await work(); } // warn: lock-across-suspension "'w'"
lazy_task<> perhaps() { std::optional<level_1> w; w.emplace(); co_await work(); } // warn: lock-across-suspension "'w'"
lazy_task<> given(level_1 w) { co_await work(); }                          // warn: lock-across-suspension "'w'"
lazy_task<> never_needed() { auto g = std::make_shared<std::lock_guard<std::mutex>>(m); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> in_a_map() { std::map<int, std::unique_lock<std::mutex>> all; all.emplace(1, std::unique_lock(m)); co_await work(); } // warn: lock-across-suspension "'all'"
lazy_task<> in_an_array() { std::array<std::unique_lock<std::mutex>, 1> all{std::unique_lock(m)}; co_await work(); } // warn: lock-across-suspension "'all'"
std::unique_ptr<level_1> level_elsewhere();
lazy_task<> made_elsewhere() { auto w = level_elsewhere(); co_await work(); } // warn: lock-across-suspension "'w'"
struct assigns { std::unique_lock<std::mutex> guard; explicit assigns(std::mutex &given) { guard = std::unique_lock(given); } };
struct locks_later { std::unique_lock<std::mutex> guard; explicit locks_later(std::mutex &given) : guard(given, std::defer_lock) { guard.lock(); } };
lazy_task<> assigning() { assigns a(m); co_await work(); }                 // warn: lock-across-suspension "'a'"
lazy_task<> locking_later() { locks_later l(m); co_await work(); }         // warn: lock-across-suspension "'l'"

class session {
  std::unique_lock<std::mutex> guard;

public:
  session() {}
  explicit session(std::mutex &mutex) : guard(mutex) {}
  int id() const;
};
std::shared_ptr<session> session_elsewhere();
lazy_task<> perhaps_locked(session s) { co_await work(); }
lazy_task<> perhaps_locked_elsewhere() { auto s = session_elsewhere(); co_await work(); }
lazy_task<> empty_ones() { std::vector<std::unique_lock<std::mutex>> all(2); co_await work(); }
lazy_task<> none_yet() { std::optional<level_1> w; co_await work(); }

// --- A value of a lock is not the lock -----------------------------------------------------------------------------------

struct proxy {
  std::unique_lock<std::mutex> guard;
  std::vector<int> *values;
  std::vector<int> *operator->() const { return values; }
};
struct guarded {
  std::mutex mutex;
  std::vector<int> values;
  proxy lock() { return {std::unique_lock(mutex), &values}; }
};
guarded all;
void take_values(std::vector<int>);
lazy_task<> value_given() { auto p = all.lock(); use_now(p->front()); co_await work(); }      // warn: lock-across-suspension "'p'"
lazy_task<> value_awaited() { auto p = all.lock(); co_await use(p->front()); }                // warn: lock-across-suspension "'p'"
lazy_task<> value_moved() { auto p = all.lock(); take_values(std::move(*p.values)); co_await work(); } // warn: lock-across-suspension "'p'"
lazy_task<> asked() { std::unique_lock g(m); use_now(g.owns_lock()); co_await work(); }       // warn: lock-across-suspension "'g'"
lazy_task<> member_called() { session s(m); use_now(s.id()); co_await work(); }               // warn: lock-across-suspension "'s'"
void only_looks(std::unique_lock<std::mutex> &lock, int n) { if (lock.owns_lock()) use_now(n); }
void assert_held(const std::unique_lock<std::mutex> *);
void unlocks(std::unique_lock<std::mutex> &lock) { lock.unlock(); }
void elsewhere(std::unique_lock<std::mutex> &);
lazy_task<> lent_visibly() { std::unique_lock g(m); only_looks(g, 1); co_await work(); }      // warn: lock-across-suspension "'g'"
lazy_task<> lent_constant() { std::unique_lock g(m); assert_held(&g); co_await work(); }      // warn: lock-across-suspension "'g'"
lazy_task<> captured() { std::unique_lock g(m); auto f = [&] { return g.owns_lock(); }; use_now(f()); co_await work(); } // warn: lock-across-suspension "'g'"
void share(std::shared_ptr<std::lock_guard<std::mutex>>);
lazy_task<> shared() { auto g = std::make_shared<std::lock_guard<std::mutex>>(m); share(g); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> lent_to_unlock() { std::unique_lock g(m); unlocks(g); co_await work(); }
lazy_task<> lent_elsewhere() { std::unique_lock g(m); elsewhere(g); co_await work(); }
lazy_task<> captured_to_unlock() { std::unique_lock g(m); auto f = [&] { g.unlock(); }; f(); co_await work(); }

// --- Other names of a lock -------------------------------------------------------------------------------------------

std::pair<std::unique_lock<std::mutex>, int> acquire() { return {std::unique_lock(m), 1}; }
struct context { std::unique_lock<std::mutex> &lock; };
lazy_task<> part() { auto [lock, n] = acquire(); co_await use(n); }         // warn: lock-across-suspension "while 'lock' is locked"
lazy_task<> part_unlocked() { auto [lock, n] = acquire(); lock.unlock(); co_await use(n); }
lazy_task<> by_reference() { std::unique_lock g(m); auto &lock = g; lock.unlock(); co_await work(); }
lazy_task<> by_pointer() { std::unique_lock g(m); auto *lock = &g; lock->unlock(); co_await work(); }
lazy_task<> by_loop() {
  std::vector<std::unique_lock<std::mutex>> all;
  all.emplace_back(m);
  for (auto &lock : all) lock.unlock();
  co_await work();
}
lazy_task<> by_aggregate() { std::unique_lock g(m); context c{g}; c.lock.unlock(); co_await work(); }
lazy_task<> by_another_name() { auto &mutex = m; mutex.lock(); m.unlock(); co_await work(); }

// --- release() leaves the mutex locked -----------------------------------------------------------------------------------

lazy_task<> let_go() { std::unique_lock g(m); g.release(); co_await work(); m.unlock(); } // warn: lock-across-suspension "while 'm' is locked"
lazy_task<> let_go_kept() { std::unique_lock g(m); auto *p = g.release(); co_await work(); p->unlock(); } // warn: lock-across-suspension "'m'"
lazy_task<> let_go_unlocked() { std::unique_lock g(m); auto *p = g.release(); p->unlock(); co_await work(); }
lazy_task<> let_go_at_once() { std::unique_lock g(m); g.release()->unlock(); co_await work(); }
void finish(std::mutex *);
lazy_task<> let_go_to_somebody() { std::unique_lock g(m); finish(g.release()); co_await work(); }
lazy_task<> let_go_and_adopted() {
  std::unique_lock g(m);
  { std::lock_guard other(*g.release(), std::adopt_lock); ready(); }
  co_await work();
}

// --- Exchanged -------------------------------------------------------------------------------------------------------

lazy_task<> swapped() { std::unique_lock g(m); std::unique_lock<std::mutex>().swap(g); co_await work(); }
lazy_task<> exchanged() { std::unique_lock g(m); { auto old = std::exchange(g, {}); ready(); } co_await work(); }
lazy_task<> swapped_into() {
  std::unique_lock g(m);
  std::unique_lock<std::mutex> other;
  g.swap(other);
  co_await work(); // warn: lock-across-suspension "'other'"
}
lazy_task<> swapped_by_function() {
  std::unique_lock g(m);
  std::unique_lock<std::mutex> other;
  std::swap(g, other);
  co_await work(); // warn: lock-across-suspension "'other'"
}

// --- Conditions ----------------------------------------------------------------------------------------------------------

lazy_task<> compared() { if (m.try_lock() == false) { co_await work(); co_return; } m.unlock(); }
lazy_task<> polls() { while (m.try_lock() == false) co_await work(); m.unlock(); }
lazy_task<> answered_later() { bool ok; ok = m.try_lock(); if (!ok) { co_await work(); co_return; } m.unlock(); }
lazy_task<> owner_compared() { std::unique_lock g(m, std::try_to_lock); if (g.owns_lock() == false) co_await work(); }
lazy_task<> chosen(bool b) { auto g = b ? std::unique_lock(m) : std::unique_lock<std::mutex>(); if (!b) co_await work(); }
lazy_task<> chosen_so(bool b) { auto g = b ? std::unique_lock(m) : std::unique_lock<std::mutex>(); co_await work(); } // warn: lock-across-suspension "'g'"
lazy_task<> many_questions(bool b, int n) {
  std::unique_lock g(m, std::defer_lock);
  if (b) g.lock();
  if (n > 0) use_now(0); if (n > 1) use_now(1); if (n > 2) use_now(2); if (n > 3) use_now(3); if (n > 4) use_now(4);
  if (n > 5) use_now(5); if (n > 6) use_now(6); if (n > 7) use_now(7); if (n > 8) use_now(8); if (n > 9) use_now(9);
  if (n > 10) use_now(10); if (n > 11) use_now(11); if (n > 12) use_now(12); if (n > 13) use_now(13);
  if (b) co_await work(); // warn: lock-across-suspension "'g'"
}

// --- Helpers that unlock ---------------------------------------------------------------------------------------------

void unlock_given(std::mutex &mutex) { mutex.unlock(); ready(); }
void adopt() { std::lock_guard g(m, std::adopt_lock); ready(); }
struct account {
  std::mutex mutex;
  void inner() { mutex.unlock(); }
  void outer() { inner(); }
  lazy_task<> run() { mutex.lock(); outer(); co_await work(); }
};
struct unlock_guard {
  std::mutex &mutex;
  explicit unlock_guard(std::mutex &given) : mutex(given) { mutex.unlock(); }
  ~unlock_guard() { mutex.lock(); }
};
lazy_task<> given_to_unlock() { m.lock(); unlock_given(m); co_await work(); }
lazy_task<> adopted_inside() { m.lock(); adopt(); co_await work(); }
lazy_task<> the_other_way_around() { m.lock(); { unlock_guard u(m); co_await work(); } m.unlock(); }

// --- Attributes for thread safety ----------------------------------------------------------------------------------------

#define ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define TRY_ACQUIRE(...) __attribute__((try_acquire_capability(__VA_ARGS__)))
struct __attribute__((capability("mutex"))) Lock { void Take() ACQUIRE(); void Give() RELEASE(); bool Attempt() TRY_ACQUIRE(true); };
struct __attribute__((scoped_lockable)) AutoLock { explicit AutoLock(Lock &lock) ACQUIRE(lock); ~AutoLock() RELEASE(); void Drop() RELEASE(); };
struct __attribute__((scoped_lockable)) AutoUnlock { explicit AutoUnlock(Lock &lock) RELEASE(lock); ~AutoUnlock() ACQUIRE(); };
Lock annotated;
void enter() ACQUIRE(annotated);
void leave() RELEASE(annotated);
lazy_task<> by_attribute() { annotated.Take(); co_await work(); annotated.Give(); }    // warn: lock-across-suspension "'annotated'"
lazy_task<> scoped_by_attribute() { AutoLock g(annotated); co_await work(); }          // warn: lock-across-suspension "'g'"
lazy_task<> function_by_attribute() { enter(); co_await work(); leave(); }             // warn: lock-across-suspension "'annotated'"
lazy_task<> tried_by_attribute() { if (annotated.Attempt()) { co_await work(); annotated.Give(); } } // warn: lock-across-suspension "'annotated'"
lazy_task<> given_back() { annotated.Take(); annotated.Give(); co_await work(); }
lazy_task<> dropped() { AutoLock g(annotated); g.Drop(); co_await work(); }
lazy_task<> left() { annotated.Take(); leave(); co_await work(); }
lazy_task<> unlocked_inside() { AutoLock g(annotated); { AutoUnlock u(annotated); co_await work(); } }
lazy_task<> only_unlocks() { AutoUnlock u(annotated); co_await work(); }
lazy_task<> attempted() { if (!annotated.Attempt()) co_await work(); else annotated.Give(); }

// --- Names that only end like a lock -------------------------------------------------------------------------------------

struct block { block(block &&) noexcept; ~block(); char *release(); void reset(); };
struct strong { strong(strong &&) noexcept; ~strong(); void *release(); void reset(); explicit operator bool() const; };
struct arena { block allocate_block(); block make_clock(); block lock_row(int); };
struct weak { std::mutex mutex; strong lock() const; };
lazy_task<> a_block(arena &a) { auto b = a.allocate_block(); co_await work(); }
lazy_task<> a_clock(arena &a) { auto c = a.make_clock(); co_await work(); }
lazy_task<> a_row(arena &a) { auto r = a.lock_row(1); co_await work(); }
lazy_task<> a_weak_handle(weak &w) { auto s = w.lock(); if (s) co_await work(); }

// --- Imperfections ---------------------------------------------------------------------------------------------------

lazy_task<> relocked_behind() {
  m.lock();
  { unlock_guard u(m); ready(); }
  co_await work(); // missed alarm: lock-across-suspension
  m.unlock();
}
lazy_task<> taken_by_member() {
  session s;
  s = session(m);
  co_await work(); // warn: lock-across-suspension "'s'"
}
struct unlocker { void operator()(std::mutex *mutex) const { mutex->unlock(); } };
lazy_task<> unlocked_by_deleter() {
  { m.lock(); std::unique_ptr<std::mutex, unlocker> g(&m); ready(); }
  co_await work(); // false alarm: lock-across-suspension
}
lazy_task<> tried_with_number() {
  if (pthread_mutex_trylock(&raw) == 0) {
    co_await work(); // missed alarm: lock-across-suspension
    pthread_mutex_unlock(&raw);
  }
}
