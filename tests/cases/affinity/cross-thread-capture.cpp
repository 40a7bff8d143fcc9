// Work sent to another loop, shard or thread that uses its sender's state.
#include <algorithm>
#include <array>
#include <atomic>
#include <coroguard/annotations.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <task.h>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

// A library of loops that share nothing: a number says which one.
namespace shards {

template <class T = void> class COROGUARD_FIRE_AND_FORGET result {
public:
  result(result &&);
  ~result();
  template <class F> result<> then(F f) { __builtin_trap(); }
  T get();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

template <class F, class R = std::invoke_result_t<F>> COROGUARD_OTHER_LOOP result<> submit_to(unsigned shard, F f) {
  __builtin_trap();
}

template <class T> class sharded {
public:
  T &local();
  template <class F, class... A, class R = std::invoke_result_t<F, T &, A...>>
  COROGUARD_OTHER_LOOP result<> invoke_on(unsigned shard, F f, A... a) {
    __builtin_trap();
  }
  template <class F, class R = std::invoke_result_t<F, T &>> COROGUARD_OTHER_LOOP result<> invoke_on_all(F f) {
    __builtin_trap();
  }
};

// Not atomic.
template <class T> class COROGUARD_THREAD_BOUND local_ptr {
public:
  local_ptr(const local_ptr &);
  local_ptr(local_ptr &&);
  T *operator->() const;
};
// Knows how to travel.
template <class T> class foreign {
public:
  explicit foreign(T);
  foreign(foreign &&);

private:
  T value;
};

class COROGUARD_LOOP_BOUND promise {
public:
  void set_value();
};

} // namespace shards

using namespace shards;
struct entry { int value; };
struct worker {
  int load;
  void take(int);
  void add(local_ptr<entry>);
};

// --- The plain bug -------------------------------------------------------------------------------------------------

struct registry {
  sharded<registry> &everywhere;
  sharded<worker> &workers;
  std::map<int, int> entries;
  int id = 0;
  const int limit = 10;
  static int instances;
  static constexpr unsigned home = 0;
  std::atomic<int> hits;
  std::vector<int> per_shard;
  std::vector<promise> promises;
  std::vector<worker> slots;
  std::unique_ptr<worker> owned;
  unsigned owner;

  int own_id() const;
  void clean();
  int twice(int n) const { return 2 * n; }
  int ids() const { return id; }
  static int next();
  sharded<registry> &container() { return everywhere; }

  void count() {
    everywhere.invoke_on(0, [this](registry &there) { // note: "'shards::sharded::invoke_on' runs the work on another thread"
      there.id = id; // warn: cross-thread-capture "'registry::id' of the captured 'this' is used in work sent to another thread; the object belongs to the sender's thread"
    });
  }

  // --- Spellings: a member although the other object is there ----------------------------------------------------------

  mock::lazy_task<> spellings(int n) {
    co_await everywhere.invoke_on(0, [this](registry &) { clean(); });                 // warn: cross-thread-capture "'registry::clean'"
    co_await everywhere.invoke_on(0, [this](registry &r) { r.id = own_id(); });        // warn: cross-thread-capture "'registry::own_id'"
    co_await everywhere.invoke_on(0, [this](auto &r) { r.id = this->own_id(); });      // warn: cross-thread-capture "'registry::own_id'"
    co_await everywhere.invoke_on(0, [this](const registry &) { return entries.size(); }); // warn: cross-thread-capture "'registry::entries'"
    co_await everywhere.invoke_on(0, [=, this](registry &r) { r.id = n + ids(); });    // warn: cross-thread-capture "'registry::ids'"
    co_await everywhere.invoke_on(0, [&](registry &r) { r.id = id; });                 // warn: cross-thread-capture "'registry::id'"
    co_await everywhere.invoke_on(0, [self = this](registry &r) { r.id = self->id; }); // warn: cross-thread-capture "'registry::id'"
    co_await everywhere.invoke_on_all([this](registry &r) { r.id = id; });             // warn: cross-thread-capture "'registry::id'"
    co_await container().invoke_on(n, [this](registry &r) { r.id = id + own_id(); });  // warn: cross-thread-capture "'registry::id'"
    co_await everywhere.invoke_on(0, [this](registry &r) {
      return r.workers.invoke_on_all([](worker &w) { w.load = 0; }).then([this, &r] {
        if (r.id == own_id()) r.clean(); // warn: cross-thread-capture "'registry::own_id'"
      });
    });
    co_await everywhere.invoke_on(0, [this](registry &r) {
      std::vector<int> found(3);
      std::for_each(found.begin(), found.end(), [&](int each) { r.id += each + id; }); // warn: cross-thread-capture "'registry::id'"
    });
    auto stored = [this](registry &r) { r.id = id; }; // warn: cross-thread-capture "'registry::id'"
    co_await everywhere.invoke_on(0, stored);
    auto &alias = *this;
    co_await everywhere.invoke_on(0, [&alias](registry &r) { r.id = alias.id; }); // warn: cross-thread-capture "'registry::id'"
    co_await everywhere.invoke_on(0, [this](registry &r) -> mock::lazy_task<> {
      r.id = id; // warn: cross-thread-capture "'registry::id'"
      co_return;
    });
  }

  // --- Spellings: changed on threads that are not the object's -----------------------------------------------------------

  mock::lazy_task<> changes(unsigned shard) {
    co_await submit_to(shard, [this] { ++id; });                        // warn: cross-thread-capture "'registry::id'"
    co_await submit_to(shard, [this] { id = 1; });                      // warn: cross-thread-capture "'registry::id'"
    co_await submit_to(shard, [this] { entries.clear(); });             // warn: cross-thread-capture "'registry::entries'"
    co_await submit_to(shard, [this] { entries[1] = 2; });              // warn: cross-thread-capture "'registry::entries'"
    co_await submit_to(shard, [this] { clean(); });                     // warn: cross-thread-capture "'registry::clean'"
    co_await submit_to(shard, [this] { owned->take(1); });              // warn: cross-thread-capture "'registry::owned'"
    co_await submit_to(shard, [this] { owned = nullptr; });             // warn: cross-thread-capture "'registry::owned'"
    co_await workers.invoke_on_all([this](worker &w) { id += w.load; }); // warn: cross-thread-capture "'registry::id'"
    for (unsigned other = 0; other < 4; ++other)
      co_await submit_to(other, [this] { per_shard.push_back(1); });    // warn: cross-thread-capture "'registry::per_shard'"
    co_await submit_to(shard, [this, shard] { promises[shard].set_value(); }); // warn: cross-thread-capture "'registry::promises'"
  }

  // --- Silent --------------------------------------------------------------------------------------------------------

  mock::lazy_task<> silent(unsigned shard, int n) {
    co_await everywhere.invoke_on(0, [](registry &r) { r.id = 1; });
    co_await everywhere.invoke_on(0, [id = id](registry &r) { r.id = id; });
    co_await everywhere.invoke_on(0, [n](auto &r) { r.clean(), r.id = n; });
    co_await everywhere.invoke_on(0, &registry::clean);
    co_await everywhere.invoke_on(0, [this](registry &r) { r.id = limit + next(); });  // cannot change
    co_await everywhere.invoke_on(0, [this](registry &r) { r.id = instances; });
    co_await everywhere.invoke_on(home, [this](registry &r) { r.id = twice(2); });     // looks at nothing
    co_await everywhere.invoke_on(0, [this](registry &) { ++hits; });                  // made for it
    co_await everywhere.invoke_on(0, [this](registry &r) { return workers.invoke_on_all([](worker &) {}); });
    co_await everywhere.invoke_on(0, [this](registry &r) { (void)sizeof(id); });
    co_await everywhere.invoke_on(0, [this](registry &r) { (void)this; });
    // Reading while the sender waits.
    co_await workers.invoke_on_all([this](worker &w) { w.load = id; });
    co_await submit_to(shard, [this] { return entries.size() + own_id(); });
    // Each thread has an element of its own.
    co_await submit_to(shard, [this, shard] { slots[shard].take(1); });
    co_await submit_to(shard, [this, shard] { per_shard[shard] = 1; });
    co_await submit_to(shard, [this, shard] { per_shard.at(shard)++; });
    // Perhaps the thread of the object.
    co_await submit_to(0, [this] { ++id; });
    co_await submit_to(home, [this] { clean(); });
    co_await submit_to(owner, [this] { clean(); });
    const unsigned mine = owner;
    co_await submit_to(mine, [this] { clean(); });
    // What is sent on again is not used here.
    co_await everywhere.invoke_on(1, [this](registry &r) { return submit_to(0, [this] { clean(); }); });
  }
};

// --- Values that may not travel ------------------------------------------------------------------------------------------

struct plain { int n; local_ptr<entry> pointer; };
struct outer { std::optional<plain> inner; };
class careful {
public:
  explicit careful(local_ptr<entry>);
  careful(const careful &);

private:
  local_ptr<entry> pointer;
};

mock::lazy_task<> values(sharded<worker> &workers, local_ptr<entry> p, std::vector<local_ptr<entry>> v, plain s, outer o,
                         const local_ptr<entry> &r, std::map<int, local_ptr<entry>> m, unsigned shard) {
  co_await workers.invoke_on(0, [p](worker &w) { w.add(p); }); // warn: cross-thread-capture "'p' carries a 'shards::local_ptr' to another thread; it is annotated"
  co_await workers.invoke_on(0, [=](worker &w) { w.add(p); }); // warn: cross-thread-capture "'p' carries"
  co_await workers.invoke_on(0, [q = std::move(p)](worker &w) { w.add(q); }); // warn: cross-thread-capture "'q' carries"
  co_await workers.invoke_on(0, [v = std::move(v)](worker &w) {}); // warn: cross-thread-capture "'v' carries"
  co_await workers.invoke_on(0, [r](worker &w) {});            // warn: cross-thread-capture "'r' carries"
  co_await workers.invoke_on(0, [s](worker &w) {});            // warn: cross-thread-capture "'s' carries"
  co_await workers.invoke_on(0, [o](worker &w) {});            // warn: cross-thread-capture "'o' carries"
  co_await workers.invoke_on(0, [m](worker &w) {});            // warn: cross-thread-capture "'m' carries"
  co_await submit_to(shard, [pair = std::pair(1, p)] {});      // warn: cross-thread-capture "'pair' carries"
  co_await submit_to(0, [tuple = std::tuple<int, local_ptr<entry>>(1, p)] {}); // warn: cross-thread-capture "'tuple' carries"
  co_await submit_to(shard, [array = std::array<local_ptr<entry>, 1>{p}] {}); // warn: cross-thread-capture "'array' carries"
  std::thread([p] { (void)p->value; }).detach();               // warn: cross-thread-capture "'p' carries"
  co_await workers.invoke_on(0, &worker::add, p);              // warn: cross-thread-capture "'p' carries"
  co_await workers.invoke_on(0, [](worker &w, local_ptr<entry> q) { w.add(q); }, p); // warn: cross-thread-capture "'p' carries"

  co_await workers.invoke_on(0, [f = foreign<local_ptr<entry>>(p)](worker &) {});
  co_await workers.invoke_on(0, [f = careful(p)](worker &) {});
  co_await workers.invoke_on(0, [n = p->value](worker &w) { w.take(n); });
  co_await workers.invoke_on(0, [&p](worker &w) { w.take(p->value); }); // the sender waits and holds it
  co_await workers.invoke_on(0, [q = &p](worker &w) { w.take((*q)->value); });
  co_await workers.invoke_on(0, [copy = std::make_shared<entry>()](worker &w) {});
  auto here = [p] { return p->value; };
  here();
}

// --- Nobody waits ------------------------------------------------------------------------------------------------------

void not_waited(sharded<worker> &workers, unsigned shard) {
  int total = 0;
  std::vector<int> list;
  const int fixed = 1;
  std::atomic<int> counter;
  workers.invoke_on_all([&](worker &w) { total += w.load; });      // warn: cross-thread-capture "'total' is changed in work sent to another thread; nobody waits"
  submit_to(shard, [&list] { list.push_back(1); });                // warn: cross-thread-capture "'list' is changed"
  (void)submit_to(0, [&] { ++total; });                            // warn: cross-thread-capture "'total' is changed"
  submit_to(0, [&] { (void)(total + fixed + int(list.size())); });
  submit_to(0, [total]() mutable { ++total; });
  submit_to(0, [&] { ++counter; });
  submit_to(0, [&] { int total = 0; ++total; });
  submit_to(shard, [&] { ++total; }).get();
  workers.invoke_on_all([&](worker &w) { total += w.load; }).get();
}

// Once for a template, however many instances.
template <class T> struct generic {
  T value{};
  sharded<generic> all;
  void copy() {
    all.invoke_on(0, [this](generic &there) { there.value = value; }); // warn: cross-thread-capture "'generic::value'"
  }
};
template struct generic<int>;
template struct generic<long>;

#define ON(shard, ...) submit_to(shard, __VA_ARGS__)
struct in_macro {
  int n = 0;
  void run(unsigned shard) {
    ON(shard, [this] { ++n; }); // warn: cross-thread-capture "'in_macro::n'"
  }
};

struct copied {
  sharded<copied> *everywhere;
  int n = 0;
  void run() {
    everywhere->invoke_on(0, [*this](copied &there) { there.n = n; });
    everywhere->invoke_on(0, [me = *this](copied &there) { there.n = me.n; });
  }
};

// Silent: the executor may be the object's own.
class executor {
public:
  template <class F> COROGUARD_OTHER_LOOP void execute(F f) { f(); }
};
struct called_from_outside {
  executor &home;
  int n = 0;
  void count() {
    home.execute([this] { ++n; });
  }
};

// Silent: no other thread is known.
struct unknown {
  int n = 0;
  void run() {
    auto f = [this] { ++n; };
    f();
    std::function<void()> g = [this] { ++n; };
    g();
    std::thread([this] { ++n; }).detach(); // plain data on plain threads is the race detector's business
  }
};

// --- Imperfections -------------------------------------------------------------------------------------------------------

struct imperfect {
  sharded<imperfect> &everywhere;
  int n = 0;
  void help(imperfect &there) { there.n = n; }
  int pure() const; // looks at nothing, in another file
  void run(sharded<worker> &workers) {
    auto work = std::bind(&imperfect::help, this, std::placeholders::_1);
    everywhere.invoke_on(0, work); // missed alarm: cross-thread-capture
    everywhere.invoke_on(0, [this](imperfect &there) { there.n = pure(); }); // false alarm: cross-thread-capture
    submit_to(0, [this] { ++n; }); // missed alarm: cross-thread-capture
  }
};
