// Loops that Seastar runs over somebody else's object: a range-for with a suspension in each round.
// for: seastar
#include <lib.h>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

using seastar::future;

future<> step();

struct session {
  int id = 0;
  future<> close();
  future<bool> ask();
};

// --- Others change it -------------------------------------------------------------------------------------------------

struct server {
  std::map<int, session> sessions;
  std::map<int, session> grown;
  std::unordered_map<int, session> hashed;
  std::vector<session> list;
  std::vector<session> before;

  void forget(int id) { sessions.erase(id); }
  void meet(int id) { grown[id]; }
  void onArrival(int id) { hashed[id].id = id; }
  void replace(std::vector<session> others) { list = std::move(others); }

  future<> whole() {
    return seastar::do_for_each(sessions, [](auto &each) { return each.second.close(); }); // warn: stale-after-suspension "loop over 'sessions' suspends, and 'server::forget' can change that meanwhile; its iterator may dangle behind"
  }
  future<> iterators() {
    return seastar::do_for_each(sessions.begin(), sessions.end(), [](auto &each) { return each.second.close(); }); // warn: stale-after-suspension "loop over 'sessions'"
  }
  future<> limited() {
    co_await seastar::max_concurrent_for_each(sessions, 8, [](auto &each) { return each.second.close(); }); // warn: stale-after-suspension "loop over 'sessions'"
  }
  future<> inContinuation() {
    return step().then([this] {
      return seastar::do_for_each(sessions, [](auto &each) { return each.second.close(); }); // warn: stale-after-suspension "'server::forget'"
    });
  }
  future<> alias() {
    auto &all = list;
    co_await seastar::do_for_each(all, [](session &each) { return each.close(); }); // warn: stale-after-suspension "'server::replace'"
  }
  future<> rehashed() {
    return seastar::do_for_each(hashed, [](auto &each) { return each.second.close(); }); // warn: stale-after-suspension "'server::onArrival'"
  }
  future<> onlyGrows() {
    return seastar::do_for_each(grown, [](auto &each) { return each.second.close(); });
  }
  future<> atOnce() { // the lambda is called with all of them before anybody suspends
    return seastar::parallel_for_each(sessions, [](auto &each) { return each.second.close(); });
  }
  future<> copied() {
    auto all = sessions;
    co_await seastar::do_for_each(all, [](auto &each) { return each.second.close(); });
  }
  future<> keptCopy() {
    return seastar::do_with(std::map<int, session>(sessions), [](auto &all) {
      return seastar::do_for_each(all, [](auto &each) { return each.second.close(); });
    });
  }
  future<> taken() {
    return seastar::do_with(std::exchange(before, {}), [](auto &all) {
      return seastar::do_for_each(all.begin(), all.end(), [](session &each) { return each.close(); });
    });
  }
};

// --- Its own body changes it ------------------------------------------------------------------------------------------

class cleaner {
  std::unordered_map<int, session> sessions;
  std::unordered_map<int, session> pending;
  std::map<int, session> counted;
  std::map<int, session> awaited;

  future<> finish(int id) {
    return step().then([this, id] { pending.erase(id); });
  }
  future<> end(int id) {
    co_await step();
    awaited.erase(id);
  }

public:
  future<> continuation() {
    return seastar::do_for_each(sessions, [this](std::pair<const int, session> &each) { // warn: stale-after-suspension "'lambda in cleaner::continuation' can change that"
      return each.second.close().then([this, id = each.first] { sessions.erase(id); });
    });
  }
  future<> helper() {
    return seastar::do_for_each(pending.begin(), pending.end(), [this](auto &each) { return finish(each.first); }); // warn: stale-after-suspension "'lambda in cleaner::finish'"
  }
  future<> coroutine() {
    return seastar::do_for_each(awaited, [this](auto &each) { return end(each.first); }); // warn: stale-after-suspension "'cleaner::end'"
  }
  future<> changesElements() {
    return seastar::do_for_each(counted, [](auto &each) {
      return each.second.close().then([&each] { each.second.id = 0; });
    });
  }
};

// --- In turn ----------------------------------------------------------------------------------------------------------

class sequence {
  std::map<int, session> sessions;
  std::map<int, session> others;
  std::map<int, session> held;
  std::map<int, session> locked;
  seastar::gate gate;
  seastar::semaphore lock{1};

  future<> prepare() {
    return step().then([this] { sessions.clear(); });
  }
  future<> closeOthers() {
    return seastar::do_for_each(others, [](auto &each) { return each.second.close(); });
  }

public:
  future<> chain() {
    return prepare()
        .then([this] { return seastar::do_for_each(sessions, [](auto &each) { return each.second.close(); }); })
        .then([this] { sessions.clear(); });
  }
  future<> stop() {
    return closeOthers().then([this] { others.clear(); });
  }
  future<> work() {
    return seastar::with_gate(gate, [this] {
      return seastar::do_for_each(held, [](auto &each) { return each.second.close(); });
    });
  }
  future<> shut() {
    return gate.close().then([this] { held.clear(); });
  }
  future<> underLock() {
    auto units = co_await seastar::get_units(lock, 1);
    co_await seastar::do_for_each(locked, [](auto &each) { return each.second.close(); });
  }
  future<> clearUnderLock() {
    auto units = co_await seastar::get_units(lock, 1);
    locked.clear();
  }
};
