// for: std asio
// Something to await is kept in a variable, and on some path nobody awaits it.
#include <array>
#include <deque>
#include <exception>
#include <functional>
#include <lib.h>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

task<> fetch();
task<int> number();
task<int> number_of(int n);
bool ready();
void use(int);
void log();
void take(task<>);
void look_at(const task<> &);
template <class... T> task<> all(T &&...);
task<> all_of(std::vector<task<>>);
void collect_later(std::vector<task<>> &);
[[noreturn]] void give_up();

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> handle() {
  auto fetching = fetch(); // warn: unawaited-variable "'fetching' holds the result of 'fetch()', which is never awaited; the coroutine body does not run"
  co_return;
}

// --- Never ---------------------------------------------------------------------------------------------------------

task<> spellings(bool b) {
  task<> a = fetch();                   // warn: unawaited-variable "'a' holds the result of 'fetch()'"
  task<> c(fetch());                    // warn: unawaited-variable "'c'"
  task<> d{fetch()};                    // warn: unawaited-variable "'d'"
  task<> e = {fetch()};                 // warn: unawaited-variable "'e'"
  const auto f = number();              // warn: unawaited-variable "'f' holds the result of 'number()'"
  auto &&g = fetch();                   // warn: unawaited-variable "'g'"
  const auto &h = fetch();              // warn: unawaited-variable "'h'"
  auto i = std::move(fetch());          // warn: unawaited-variable "'i'"
  auto j = b ? fetch() : fetch();       // warn: unawaited-variable "'j'" // warn: unawaited-variable "'j'"
  auto k = (ready(), fetch());          // warn: unawaited-variable "'k'"
  auto l = ({ log(); fetch(); });       // warn: unawaited-variable "'l'"
  auto m = task<>(fetch());             // warn: unawaited-variable "'m'"
  auto n = static_cast<task<>>(fetch()); // warn: unawaited-variable "'n'"
  auto o = [] -> task<> { co_return; }(); // warn: unawaited-variable "'o' holds the result of 'lambda in spellings'"
  auto p = fetch(), q = fetch();        // warn: unawaited-variable "'p'" // warn: unawaited-variable "'q'"
  auto r = std::invoke(fetch);          // warn: unawaited-variable "'r'"
  co_return;
}

task<> excuses() {
  [[maybe_unused]] auto a = fetch(); // warn: unawaited-variable "'a'"
  auto b = fetch();                  // warn: unawaited-variable "'b'"
  (void)b;
  task<> c = fetch();                // warn: unawaited-variable "'c'"
  static_cast<void>(c);
  co_return;
}

task<> where(int n) {
  if (auto a = fetch(); ready()) log(); // warn: unawaited-variable "'a'"
  switch (auto b = fetch(); n) {        // warn: unawaited-variable "'b'"
  case 1: {
    auto c = fetch(); // warn: unawaited-variable "'c'"
    break;
  }
  default: break;
  }
  for (auto d = fetch(); ready();) log(); // warn: unawaited-variable "'d'"
  while (ready()) {
    auto e = fetch(); // warn: unawaited-variable "'e'"
  }
  for (int i = 0; i < n; ++i) auto f = number_of(i); // warn: unawaited-variable "'f'"
  try {
    auto g = fetch(); // warn: unawaited-variable "'g'"
    log();
  } catch (...) {
    auto h = fetch(); // warn: unawaited-variable "'h'"
  }
  co_return;
}

void plain() {
  auto a = fetch(); // warn: unawaited-variable "'a'"
  log();
}

auto in_a_lambda = [] {
  auto a = fetch(); // warn: unawaited-variable "'a'"
};

template <class T> task<> in_a_template(T t) {
  auto a = number_of(t); // warn: unawaited-variable "'a'"
  co_return;
}
template task<> in_a_template(int);
template task<> in_a_template(char);

#define KEEP(what) auto kept = what
task<> in_a_macro() {
  KEEP(fetch()); // warn: unawaited-variable "'kept'"
  co_return;
}

task<> moved_on() {
  auto a = fetch(); // warn: unawaited-variable "'a' holds the result of 'fetch()', which is never awaited"
  auto b = std::move(a);
  task<> c = std::move(b);
  co_return;
}

task<> an_operation() {
  auto pause = mock::sleep_for(1); // warn: unawaited-variable "'pause' holds the result of 'mock::sleep_for()', which is never awaited; the operation does not start"
  co_return;
}

// --- On one path ---------------------------------------------------------------------------------------------------

task<> early_return(bool b) {
  auto fetching = fetch(); // warn: unawaited-variable "'fetching' holds the result of 'fetch()', which is not awaited on every path; the coroutine body does not run there"
  if (b) co_return; // note: "a path that leaves here has not consumed it"
  co_await std::move(fetching);
}

task<> one_branch(bool b) {
  auto fetching = fetch(); // warn: unawaited-variable "not awaited on every path"
  if (b) co_await std::move(fetching);
} // note: "a path that leaves here"

task<> in_switch(int n) {
  auto fetching = fetch(); // warn: unawaited-variable "not awaited on every path"
  switch (n) {
  case 1: co_await std::move(fetching); break;
  case 2: take(std::move(fetching)); break;
  }
}

task<> in_loop(std::vector<int> items) {
  for (int item : items) {
    auto fetching = number_of(item); // warn: unawaited-variable "not awaited on every path"
    if (item == 0) continue;
    if (item == 1) break;
    use(co_await std::move(fetching));
  }
}

task<> leaves_by_goto(bool b) {
  {
    auto fetching = fetch(); // warn: unawaited-variable "not awaited on every path"
    if (b) goto done;
    co_await std::move(fetching);
  }
done:
  log();
}

task<> short_circuit(bool b) {
  auto counting = number(); // warn: unawaited-variable "not awaited on every path"
  if (b && co_await std::move(counting) > 1) log();
}

task<> wrong_branch(bool urgent) {
  auto first = fetch(), second = fetch(); // warn: unawaited-variable "'first'" // warn: unawaited-variable "'second'"
  if (urgent) co_await std::move(first);
  else co_await std::move(second);
}

task<> caught(bool b) {
  try {
    auto fetching = fetch(); // warn: unawaited-variable "not awaited on every path"
    if (b) co_return;
    co_await std::move(fetching);
  } catch (const std::exception &) {
  }
}

// --- Overwritten ---------------------------------------------------------------------------------------------------

task<> twice() {
  auto fetching = fetch(); // warn: unawaited-variable "'fetching' gets another value before the result of 'fetch()' is awaited; the coroutine body does not run"
  fetching = fetch(); // note: "here another value takes its place"
  co_await std::move(fetching);
}

task<> last_one_only(std::vector<int> items) {
  task<int> counting = number();
  use(co_await std::move(counting));
  for (int item : items) counting = number_of(item); // warn: unawaited-variable "'counting'"
  co_await std::move(counting);
}

// --- Containers, structs, closures -----------------------------------------------------------------------------------

struct job {
  int id;
  task<> work;
};

task<> kept_elsewhere(bool b) {
  std::vector<task<>> a;
  a.push_back(fetch()); // warn: unawaited-variable "'a' gets the result of 'fetch()', and nobody awaits what it holds; the coroutine body does not run"
  std::vector<task<>> c;
  c.reserve(2);
  for (int i = 0; i < 2; ++i) c.emplace_back(fetch()); // warn: unawaited-variable "'c'"
  log();
  std::optional<task<>> d = fetch();   // warn: unawaited-variable "'d'"
  std::optional<task<>> e;
  e = fetch();                         // warn: unawaited-variable "'e'"
  std::optional<task<>> f;
  f.emplace(fetch());                  // warn: unawaited-variable "'f'"
  auto g = std::make_unique<task<>>(fetch()); // warn: unawaited-variable "'g'"
  std::map<int, task<>> h;
  h.emplace(1, fetch());               // warn: unawaited-variable "'h'"
  std::array<task<>, 2> i{fetch(), fetch()}; // warn: unawaited-variable "'i'"
  task<> j[] = {fetch(), fetch()};     // warn: unawaited-variable "'j'"
  std::pair<int, task<>> k{1, fetch()}; // warn: unawaited-variable "'k'"
  auto l = std::make_tuple(fetch(), 1); // warn: unawaited-variable "'l'"
  std::list<task<>> m;
  auto moved = fetch();                // warn: unawaited-variable "'moved'"
  m.push_back(std::move(moved));
  job n{1, fetch()};                   // warn: unawaited-variable "'n' has the result of 'fetch()' as a member, which is never awaited"
  use(n.id);
  job o{.id = 2, .work = fetch()};     // warn: unawaited-variable "'o'"
  co_return;
}

task<> container_on_a_path(std::vector<int> items) {
  std::vector<task<>> all;
  for (int item : items) {
    all.push_back(fetch()); // warn: unawaited-variable "'all' gets the result of 'fetch()', and nobody awaits what it holds on every path"
    if (item == 0) co_return; // note: "a path that leaves here"
  }
  for (auto &each : all) co_await std::move(each);
}

task<> closures(loop &l) {
  auto fetching = fetch(); // warn: unawaited-variable "'fetching' takes the result of 'fetch()' into a closure that never awaits it"
  post(l, [kept = std::move(fetching)] {});
  auto other = [kept = fetch()] { log(); }; // warn: unawaited-variable "'kept'"
  other();
  co_return;
}

// --- Silent: somebody gets it ------------------------------------------------------------------------------------------

extern task<> stored;
struct holder {
  task<> first;
  std::vector<task<>> more;
  explicit holder(task<> t) : first(std::move(t)) {}
  void keep() {
    auto fetching = fetch();
    first = std::move(fetching);
    auto another = fetch();
    more.push_back(std::move(another));
  }
};

task<> used(holder &h, loop &l, bool b) {
  auto awaited = fetch();
  co_await std::move(awaited);
  auto &&bound = fetch();
  co_await std::move(bound);
  auto passed = fetch();
  take(std::move(passed));
  auto looked = fetch();
  look_at(looked);
  auto grouped = fetch(), with = fetch();
  co_await all(std::move(grouped), std::move(with));
  auto assigned = fetch();
  stored = std::move(assigned);
  auto *address = &stored;
  auto pointed = fetch();
  address = &pointed;
  auto referred = fetch();
  task<> &reference = referred;
  auto captured = fetch();
  auto by_reference = [&] { take(std::move(captured)); };
  auto moved = fetch();
  auto closure = [moved = std::move(moved)]() mutable { take(std::move(moved)); };
  auto nested = [moved = fetch()]() mutable { return [&] { take(std::move(moved)); }; };
  auto spawned = fetch();
  co_spawn(l, std::move(spawned), detached);
  auto exchanged = fetch();
  stored = std::exchange(exchanged, fetch());
  co_await std::move(exchanged);
  auto swapped = fetch();
  std::swap(swapped, stored);
  holder made(fetch());
  auto owned = std::make_unique<holder>(fetch());
  auto on_the_heap = new task<>(fetch());
  delete on_the_heap;
  co_await (b ? fetch() : fetch());
}

task<> returned() {
  auto fetching = fetch();
  return fetching;
}
task<> both_ways(bool b) {
  auto fetching = fetch();
  if (b) return fetching;
  return std::move(fetching);
}

task<> on_every_path(bool b, int n) {
  auto fetching = fetch();
  if (b) co_await std::move(fetching);
  else take(std::move(fetching));
  auto again = fetch();
  switch (n) {
  case 1: co_await std::move(again); break;
  default: take(std::move(again));
  }
  auto last = fetch();
  if (!ready()) give_up();
  co_await std::move(last);
}

task<> exceptions(bool b) {
  auto fetching = fetch();
  if (b) throw std::runtime_error("no");
  log(); // may throw
  co_await std::move(fetching);
}

task<> handled(task<> given) {
  task<> fetching = std::move(given);
  try {
    fetching = fetch();
    log();
    co_await std::move(fetching);
  } catch (...) {
    log();
  }
}

// Silent: two conditions that are one.
task<> same_condition(bool b, int *p) {
  auto fetching = fetch();
  if (b) take(std::move(fetching));
  log();
  if (!b) co_await std::move(fetching);
  auto other = fetch();
  if (p != nullptr) take(std::move(other));
  if (p) co_return;
  co_await std::move(other);
}

task<> flag(std::optional<task<>> maybe, int n) {
  std::optional<task<>> fetching;
  bool started = false;
  if (n > 1) {
    fetching = fetch();
    started = true;
  }
  log();
  if (started) co_await std::move(*fetching);
}

task<> asked() {
  std::optional<task<>> fetching;
  if (ready()) fetching = fetch();
  if (fetching) co_await std::move(*fetching);
  std::vector<task<>> more;
  more.push_back(fetch());
  if (!more.empty()) co_await all_of(std::move(more));
}

// Silent: containers and structs that somebody looks into.
task<> looked_into(std::vector<int> items) {
  std::vector<task<>> a;
  for (int item : items) a.push_back(fetch());
  for (auto &each : a) co_await std::move(each);
  std::vector<task<>> b;
  b.push_back(fetch());
  co_await all_of(std::move(b));
  std::map<int, task<>> c;
  c.emplace(1, fetch());
  for (auto &[key, each] : c) co_await std::move(each);
  task<> d[] = {fetch(), fetch()};
  co_await std::move(d[0]);
  co_await std::move(d[1]);
  std::optional<task<>> e = fetch();
  co_await std::move(*e);
  auto f = std::make_unique<task<>>(fetch());
  co_await std::move(*f);
  auto g = std::make_pair(fetch(), 1);
  co_await std::move(g.first);
  job h{1, fetch()};
  co_await std::move(h.work);
  auto [first, second] = std::make_pair(fetch(), fetch());
  co_await std::move(first);
  co_await std::move(second);
  std::vector<task<>> i;
  auto &kept = i.emplace_back(fetch());
  co_await std::move(kept);
  std::optional<task<>> j = fetch();
  j.reset(); // dropped on purpose
}

// Silent: who has a reference may consume what comes later.
task<> referred_to(loop &l) {
  std::optional<task<>> later;
  auto finish = [&] { take(std::move(*later)); };
  later = fetch();
  finish();
  std::vector<task<>> list;
  auto *pointer = &list;
  list.push_back(fetch());
  co_await all_of(std::move(*pointer));
  std::vector<task<>> other;
  auto &reference = other;
  other.push_back(fetch());
  for (auto &each : reference) co_await std::move(each);
  std::vector<task<>> given;
  collect_later(given);
  given.push_back(fetch());
}

// Silent: whoever writes a loop has rounds in mind.
task<> in_the_loop(std::vector<int> items) {
  auto fetching = fetch();
  for (int item : items) {
    co_await std::move(fetching);
    break;
  }
}

// Silent: nothing to lose.
void empty() {
  std::vector<task<>> none;
  std::optional<task<>> nothing;
  mock::lazy_task<> unset;
  mock::eager_task<> ran = [] -> mock::eager_task<> { co_return; }();
  mock::detached_task<> let_go = [] -> mock::detached_task<> { co_return; }();
  auto numbers = [] -> mock::generator<int> { co_yield 1; }();
  unset.start();
}

// Silent: what was there before comes out, in order to be dropped.
void discard(holder &h) {
  auto old = std::exchange(h.first, fetch());
  auto last = std::move(h.first);
}

// Silent: a parameter may be there to be kept.
task<> keeps(task<> given) { co_return; }

// Thrown away with the container.
task<> cleared(bool b) {
  std::vector<task<>> all;
  all.push_back(fetch()); // warn: unawaited-variable "'all' gets the result of 'fetch()', and nobody awaits what it holds"
  all.clear();
  std::deque<task<>> queue;
  if (b) queue.emplace_back(fetch()); // warn: unawaited-variable "'queue'"
  queue.clear();
  std::optional<task<>> maybe;
  maybe = fetch();
  maybe.reset(); // on purpose
  std::vector<task<>> moved;
  auto one = fetch(); // warn: unawaited-variable "'one'"
  moved.push_back(std::move(one));
  moved.clear();
  co_return;
}
task<> cleared_behind(bool b) {
  std::vector<task<>> all;
  all.clear();
  all.push_back(fetch());
  for (auto &each : all) co_await std::move(each);
  all.clear();
  all.push_back(fetch());
  take(std::move(all[0]));
  all.clear();
  std::optional<task<>> maybe = fetch();
  if (b) maybe.reset();
  if (maybe) co_await *std::move(maybe);
  maybe.reset();
}
struct own_container {
  void push_back(task<>);
  void clear();
};
task<> of_its_own() {
  own_container all;
  all.push_back(fetch());
  all.clear();
  co_return;
}

// Silent: replaced only when there is something better.
task<> default_value(bool b) {
  auto fetching = fetch();
  if (b) fetching = all();
  co_await std::move(fetching);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

std::vector<task<>> start_all();
job make_job();
task<> more_ways(bool b, int n) {
  auto fetching = fetch(); // missed alarm: unawaited-variable
  task<> &alias = fetching;
  std::vector<task<>> tasks = start_all(); // missed alarm: unawaited-variable
  auto looked = fetch(); // missed alarm: unawaited-variable
  look_at(looked);
  job later = make_job();
  later.work = fetch(); // missed alarm: unawaited-variable
  co_return;
}
// Both tests are of one value, which only people see.
task<> by_number(int n) {
  auto fetching = fetch(); // false alarm: unawaited-variable
  if (n > 0) co_await std::move(fetching);
  if (n <= 0) take(std::move(fetching));
}

// --- References to temporaries -----------------------------------------------------------------------------------------

struct nothing_in_it {};
struct only_number {
  int values[2];
};
task<> references_to_temporaries() {
  const nothing_in_it &nothing = nothing_in_it{};
  const int &part = only_number{{1, 2}}.values[0];
  const only_number(&array)[1] = {{{1, 2}}};
  (void)nothing, (void)part, (void)array;
  co_return;
}
