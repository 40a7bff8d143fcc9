// A task that a plain function returns out of the scope, the guard or the try block that it needs.
#include <functional>
#include <memory>
#include <mutex>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <task.h>
#include <utility>
#include <vector>

using mock::eager_task;
using mock::lazy_task;

/// A future with continuations, as several libraries have it.
template <class T = void> struct [[clang::annotate("coroguard::must_await")]] future : mock::task_base<T> {
  struct promise_type : mock::eager, mock::returns<future, T> {};
  template <class F> future<> then(F continuation) { __builtin_trap(); }
  template <class F> future finally(F last) { __builtin_trap(); }
};

struct config {
  int retries = 0;
  std::string name;
};
struct connection {
  lazy_task<> send(std::string_view text);
  future<> flush(const config &);
  lazy_task<> lives() { co_await send(name); }
  lazy_task<> drain() &&;
  std::string name;
};
lazy_task<int> count_words(const std::string &text);
lazy_task<int> parse(std::string_view text);
lazy_task<> fill(int *result);
lazy_task<> sum(std::span<const int> values);
lazy_task<> change(config &settings);
lazy_task<> own(std::string text);
lazy_task<> visit(std::vector<int>::iterator first, std::vector<int>::iterator last);
future<> store(const config &settings);
future<> ready_future();
std::string text();
config load();
void log(const char *);
void restore();
void keep(std::unique_ptr<config> settings);

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<int> count() {
  std::string local = text(); // note: "declared here"
  return count_words(local);  // warn: task-outlives-scope "'local' dies at the return; the returned task of 'count_words()' still refers to it"
}

// --- By reference, pointer or view -----------------------------------------------------------------------------------

lazy_task<int> parameter(std::string by_value) {
  return count_words(by_value); // warn: task-outlives-scope "'by_value' dies at the return"
}
lazy_task<int> a_temporary() {
  return count_words(text()); // warn: task-outlives-scope "a temporary dies at the return; the returned task of 'count_words()'"
}
lazy_task<int> converted() {
  return count_words("literal"); // warn: task-outlives-scope "a temporary dies"
}
lazy_task<int> a_view() {
  auto local = text();
  return parse(local); // warn: task-outlives-scope "'local' dies"
}
lazy_task<int> view_of_temporary() {
  return parse(text()); // warn: task-outlives-scope "a temporary dies"
}
lazy_task<int> view_in_variable(std::string owner) {
  std::string_view view = owner;
  return parse(view); // warn: task-outlives-scope "'owner' dies"
}
lazy_task<> pointer() {
  int result = 0;
  return fill(&result); // warn: task-outlives-scope "'result' dies"
}
lazy_task<> array() {
  int values[3] = {};
  return fill(values); // warn: task-outlives-scope "'values' dies"
}
lazy_task<> span(std::vector<int> values) {
  return sum(values); // warn: task-outlives-scope "'values' dies"
}
lazy_task<> data(std::vector<int> values) {
  return fill(values.data()); // warn: task-outlives-scope "'values' dies"
}
lazy_task<> iterators(std::vector<int> values) {
  return visit(values.begin(), values.end()); // warn: task-outlives-scope "'values' dies" // warn: task-outlives-scope "'values' dies"
}
lazy_task<> member_of_local() {
  struct { config inner; } outer;
  return change(outer.inner); // warn: task-outlives-scope "'outer' dies"
}
lazy_task<> element() {
  std::vector<config> all(3);
  return change(all[0]); // warn: task-outlives-scope "'all' dies"
}
lazy_task<> through_reference() {
  config local;
  auto &alias = local;
  return change(alias); // warn: task-outlives-scope "'local' dies"
}
lazy_task<> only_owner() {
  auto settings = std::make_unique<config>();
  settings->retries = 3;
  return change(*settings); // warn: task-outlives-scope "'settings' dies"
}
lazy_task<int> extended() {
  const std::string &kept = text();
  return count_words(kept); // warn: task-outlives-scope "'kept' dies"
}
lazy_task<int> in_variable(std::string local) {
  auto task = count_words(local); // warn: task-outlives-scope "'local' dies"
  log("made");
  return task; // note: "returned here"
}
lazy_task<int> chosen(bool b, std::string one, std::string two) {
  return b ? count_words(one) : count_words(two); // warn: task-outlives-scope "'one' dies" // warn: task-outlives-scope "'two' dies"
}
auto lambda = [](std::string by_value) { return count_words(by_value); }; // warn: task-outlives-scope "'by_value' dies"

lazy_task<> object() {
  connection local;
  return local.lives(); // warn: task-outlives-scope "'local' dies at the return; the returned task of 'connection::lives()'"
}

// --- Closures --------------------------------------------------------------------------------------------------------

lazy_task<> called_at_once(int n) {
  return [n]() -> lazy_task<> { co_await fill(nullptr); (void)n; }(); // warn: task-outlives-scope "dies at the return; the returned task of 'lambda in called_at_once'"
}
lazy_task<> named_closure(int n) {
  auto work = [&n]() -> lazy_task<> { n = 1; co_return; };
  return work(); // warn: task-outlives-scope "'work' dies"
}
future<> continuation() {
  config local;
  return ready_future().then([&local] { local.retries = 1; }); // warn: task-outlives-scope "'local' dies at the return; the returned task of 'future::then()'"
}
future<> default_capture(config by_value) {
  return ready_future().then([&] { by_value.retries = 1; }).finally([] {}); // warn: task-outlives-scope "'by_value' dies"
}
future<> captured_pointer() {
  config local;
  return ready_future().finally([settings = &local] { settings->retries = 1; }); // warn: task-outlives-scope "'local' dies"
}
future<> nested() {
  return ready_future().then([] {
    config local;
    return ready_future().then([&local] { local.retries = 1; }); // warn: task-outlives-scope "'local' dies"
  });
}
template <class C, class F> future<> for_each_of(C &container, F f) { __builtin_trap(); }
future<> algorithm() {
  std::vector<int> values{1, 2, 3};
  return for_each_of(values, [](int) { return ready_future(); }); // warn: task-outlives-scope "'values' dies"
}
future<> declared_only(connection &c) {
  config local;
  return c.flush(local); // warn: task-outlives-scope "'local' dies"
}

// --- Handlers and guards ---------------------------------------------------------------------------------------------

lazy_task<> handled(std::string given) {
  try { // note: "the try block"
    return own(given); // warn: task-outlives-scope "task of 'own()' is returned from inside a try block; what its body throws is thrown where it is awaited"
  } catch (const std::exception &) {
    log("failed");
  }
  return own("b");
}

struct account {
  std::mutex mutex;
  int balance = 0;
  lazy_task<> pay(int amount);
  eager_task<> pay_now(int amount);
  lazy_task<> locked(int amount) {
    std::lock_guard guard(mutex); // note: "declared here"
    return pay(amount); // warn: task-outlives-scope "'guard' is released at the return; the task of 'account::pay()' runs without it"
  }
  lazy_task<> locked_twice(std::mutex &other) {
    std::scoped_lock both(mutex, other);
    return this->pay(1); // warn: task-outlives-scope "'both' is released"
  }
  lazy_task<> reads_under_lock() {
    std::lock_guard guard(mutex);
    return pay(balance); // the lock is for the member that is read
  }
  lazy_task<> released() {
    {
      std::lock_guard guard(mutex);
      ++balance;
    }
    return pay(1);
  }
  lazy_task<> deferred() {
    std::unique_lock guard(mutex, std::defer_lock);
    return pay(1);
  }
  eager_task<> eager() {
    std::lock_guard guard(mutex);
    return pay_now(1); // has begun under the lock
  }
};

// --- Silent ----------------------------------------------------------------------------------------------------------

lazy_task<int> awaits() {
  std::string local = text();
  co_return co_await count_words(local);
}
lazy_task<int> lent(const std::string &text) { return count_words(text); }
lazy_task<int> lent_on(const std::string &text) { return lent(text); }
lazy_task<int> global() {
  static const std::string text = "text";
  return count_words(text);
}
lazy_task<> by_value() {
  std::string local = text();
  return own(std::move(local));
}
lazy_task<> copied(std::string text) { return own(text); }
lazy_task<> literal(connection &c) { return c.send("literal"); }
lazy_task<int> view_given(std::string_view view) { return parse(view); }
lazy_task<int> view_part(std::string_view view) { return parse(view.substr(1)); }
lazy_task<> pointer_given(int *result) { return fill(result); }
lazy_task<> through_pointer(config *settings) { return change(*settings); }
lazy_task<> through_owner(std::shared_ptr<config> settings) { return change(*settings); }
lazy_task<> owner_goes_on(std::unique_ptr<config> settings) {
  lazy_task<> task = change(*settings);
  keep(std::move(settings));
  return task;
}

struct service {
  config settings;
  connection link;
  std::string name;
  lazy_task<> work() { return change(settings); }
  lazy_task<> talk() { return link.send(name); }
  lazy_task<> here() { return link.lives(); }
  future<> later() {
    return ready_future().then([this] { settings.retries = 1; });
  }
};

future<> kept_alive(std::unique_ptr<int> big) {
  auto &ref = *big;
  return ready_future().then([&ref] { ref = 1; }).finally([big = std::move(big)] {});
}
future<> by_copy(config settings) {
  return ready_future().then([settings] { (void)settings; });
}
template <class T, class F> future<> do_with(T value, F f) { __builtin_trap(); }
future<> with_owner() {
  return do_with(config(), [](config &settings) {
    return ready_future().then([&settings] { settings.retries = 1; });
  });
}
template <class F> auto timed(F &&f) { return f(); }
future<> during_the_call() {
  int tries = 0;
  return timed([&tries] { ++tries; return ready_future(); });
}
lazy_task<> consumed() {
  connection local;
  return std::move(local).drain();
}
lazy_task<> no_captures() {
  return []() -> lazy_task<> { co_return; }();
}
eager_task<> ended_before_suspension(int n) {
  return [n]() -> eager_task<> { int copy = n; co_await fill(nullptr); (void)copy; }();
}
/// Copies at once: its body is seen.
lazy_task<> copies(const std::string &text) { return own(text); }
lazy_task<> given_to_copy() {
  std::string local = text();
  return copies(local);
}
eager_task<> uses_at_once(const std::string &text) {
  log(text.c_str());
  co_await fill(nullptr);
}
eager_task<> given_to_eager(std::string local) { return uses_at_once(local); }

lazy_task<> handlers_that_work(bool b) {
  try {
    if (b) restore(); // may throw itself
    return own("a");
  } catch (...) {
    return own("b");
  }
}
lazy_task<> made_in_the_try(const char *text) {
  try {
    return own(text); // the conversion may throw
  } catch (...) {
    return own("b");
  }
}
lazy_task<> rethrows(std::string given) {
  try {
    return own(given);
  } catch (...) {
    throw;
  }
}
lazy_task<> awaited_inside() {
  try {
    co_await own("a");
  } catch (...) {
    log("failed");
  }
}
future<> synchronous_failure() {
  try {
    return ready_future(); // not known to be a coroutine: it may throw at once
  } catch (...) {
    return ready_future();
  }
}
int not_a_task(std::string local) {
  auto length = [&local] { return int(local.size()); };
  return length();
}
// A template that is only declared, or hands on, may decay-copy all that its forwarding references get.
template <class Start, class... Arguments> future<> initiate(Start &&start, Arguments &&...arguments);
void start_sleep(connection, int);
future<> decays_the_pack(connection to, int ms) {
  return initiate(start_sleep, to, ms);
}
future<> decays_a_local() {
  std::string local = text();
  return initiate(start_sleep, 1, local, std::move(local));
}

// The iterators of a view do not need it.
future<> over_a_view(std::vector<int> &values) {
  std::span range(values);
  return for_each_of(range, [](int) { return ready_future(); });
}
future<> over_numbers() {
  auto range = std::views::iota(0, 10);
  return for_each_of(range, [](int) { return ready_future(); });
}
// Passed on from function to function, and copied in the end.
template <class T> lazy_task<> hands_on(T &&text) { return own(std::forward<T>(text)); }
lazy_task<> lends_on(const std::string &text) { return hands_on(text); }
lazy_task<> copied_in_the_end() {
  std::string local = text();
  return lends_on(local);
}
lazy_task<int> kept_in_the_end() {
  std::string local = text();
  return lent_on(local); // warn: task-outlives-scope "'local' dies at the return; the returned task of 'lent_on()'"
}

// What a smart pointer of the function owns ends with it.
struct parts {
  std::unique_ptr<connection> link;
};
lazy_task<> owned() {
  auto link = std::make_unique<connection>(); // note: "declared here"
  return link->lives(); // warn: task-outlives-scope "'link' dies at the return" // note: "returned here"
}
lazy_task<> owned_alone() {
  auto link = std::make_shared<connection>();
  return link->lives(); // warn: task-outlives-scope "'link' dies at the return"
}
lazy_task<> owned_temporary() {
  return std::make_unique<connection>()->lives(); // warn: task-outlives-scope "a temporary dies at the return"
}
lazy_task<> owned_by_part() {
  parts all;
  all.link = std::make_unique<connection>();
  return all.link->lives(); // warn: task-outlives-scope "'all' dies at the return"
}
lazy_task<> shared_with_others(std::vector<std::shared_ptr<connection>> &all) {
  auto link = std::make_shared<connection>();
  all.push_back(link);
  return link->lives();
}
lazy_task<> found(std::shared_ptr<connection> link) { return link->lives(); }
lazy_task<> moved_away(std::vector<std::unique_ptr<connection>> &all) {
  auto link = std::make_unique<connection>();
  auto &kept = *link;
  all.push_back(std::move(link));
  return kept.lives();
}

// What leads into a local: iterators, what they point to, a part of what an owner holds.
template <class Iterator, class F> future<> for_each_from(Iterator first, Iterator last, F f) { __builtin_trap(); }
template <class Iterator> Iterator partition(Iterator first, Iterator last) { return first == last ? first : last; }
future<> walks_iterators() {
  std::vector<int> values{1, 2, 3};
  return for_each_from(values.begin(), values.end(), [](int) { return ready_future(); }); // warn: task-outlives-scope "'values' dies at the return; the returned task of 'for_each_from()'"
}
struct batch {
  std::vector<int> values;
};
future<> walks_part(batch all) {
  auto end = partition(all.values.begin(), all.values.end());
  return for_each_from(end, all.values.end(), [](int) { return ready_future(); }); // warn: task-outlives-scope "'all' dies"
}
future<> walks_inside() {
  return ready_future().then([] {
    std::vector<int> values{1, 2, 3};
    return for_each_from(values.begin(), values.end(), [](int) { return ready_future(); }) // warn: task-outlives-scope "'values' dies"
        .finally([] {});
  });
}
lazy_task<> behind_iterator(std::vector<config> all) {
  auto first = all.begin();
  return change(*first); // warn: task-outlives-scope "'all' dies"
}
lazy_task<> part_of_owned() {
  auto all = std::make_unique<std::pair<config, int>>();
  return change(all->first); // warn: task-outlives-scope "'all' dies"
}
future<> walks_reference(batch &all) {
  return for_each_from(all.values.begin(), all.values.end(), [](int) { return ready_future(); });
}
future<> walks_static() {
  static std::vector<int> values{1, 2, 3};
  return for_each_from(values.begin(), values.end(), [](int) { return ready_future(); });
}
future<> walks_span(std::span<int> values) {
  return for_each_from(values.begin(), values.end(), [](int) { return ready_future(); });
}
future<> walks_kept() {
  return do_with(batch(), [](batch &all) {
    return for_each_from(all.values.begin(), all.values.end(), [](int) { return ready_future(); });
  });
}
/// Is at the end of its range before it returns.
template <class Iterator, class F> future<> start_each(Iterator first, Iterator last, F f) {
  for (; first != last; ++first) f(*first);
  return ready_future();
}
future<> walks_at_once(std::vector<int> values) {
  return start_each(values.begin(), values.end(), [](int) {});
}
template <class Iterator, class F, class R> future<int> reduce_each(Iterator first, Iterator last, F f, int start, R r) { __builtin_trap(); }
future<int> reduced(std::vector<int> values) { // the second callable comes later, the range may be over
  return reduce_each(values.begin(), values.end(), [](int) { return ready_future(); }, 0, [](int, int) { return 0; });
}

// Owners of other libraries, by their shape.
template <class T> struct Own {
  Own(Own &&);
  ~Own();
  T *operator->() const;
  T &operator*() const;
};
template <class T> struct shared {
  shared(const shared &);
  ~shared();
  T *operator->() const;
  T &operator*() const;
};
template <class T, class... A> shared<T> make_shared_here(A &&...);
struct peer {
  config settings;
  Own<peer> add_ref();
  lazy_task<> run() { co_await change(settings); }
  future<> chained() {
    return ready_future().then([this] { settings.retries = 1; });
  }
  future<> holds(std::mutex &mutex) {
    return ready_future().then([this, guard = lock()] { settings.retries = 1; });
  }
  shared<config> lock();
};
Own<peer> open_peer();
shared<peer> find_peer();
lazy_task<> own_variable() {
  auto p = open_peer();
  return p->run(); // warn: task-outlives-scope "'p' dies at the return; the returned task of 'peer::run()'"
}
lazy_task<> own_temporary() {
  return open_peer()->run(); // warn: task-outlives-scope "a temporary dies"
}
future<> continues_member() {
  auto p = open_peer();
  return p->chained(); // warn: task-outlives-scope "'p' dies"
}
future<> continues_local() {
  peer local;
  return local.chained().finally([] {}); // warn: task-outlives-scope "'local' dies"
}
lazy_task<> shared_made_here() {
  auto p = make_shared_here<peer>();
  return p->run(); // warn: task-outlives-scope "'p' dies"
}
future<> walks_owned() {
  auto all = make_shared_here<std::vector<int>>();
  return for_each_of(*all, [](int) { return ready_future(); }); // warn: task-outlives-scope "'all' dies"
}
future<> shared_and_captured() {
  auto p = make_shared_here<peer>();
  return p->chained().finally([p] {});
}
lazy_task<> shared_and_found() {
  auto p = find_peer();
  return p->run();
}
lazy_task<> has_company(std::vector<Own<peer>> &all) {
  auto p = open_peer();
  all.push_back(p->add_ref());
  return p->run();
}
future<> given_on() {
  auto p = open_peer();
  return p->chained().finally([p = std::move(p)] {});
}
future<> object_is_held(std::mutex &mutex) {
  peer local;
  return local.holds(mutex);
}

// Out of a registry from which others take it at any time.
struct registry {
  std::vector<shared<peer>> peers;
  shared<peer> at(int n) const { return peers[n]; }
  void drop() { peers.clear(); }
  future<> from_registry() {
    auto p = at(1);
    return p->chained(); // warn: task-outlives-scope "'p' dies"
  }
  future<> temporary_from_registry() {
    return at(1)->chained().finally([] {}); // warn: task-outlives-scope "a temporary dies"
  }
  future<> kept_from_registry() {
    auto p = at(1);
    return p->chained().finally([p] {});
  }
};
struct steady_registry {
  std::vector<shared<peer>> peers;
  shared<peer> at(int n) const { return peers[n]; }
  void stop_peers();
  void drop() {
    stop_peers();
    peers.clear();
  }
  future<> from_registry() {
    auto p = at(1);
    return p->chained();
  }
};

// A closure that a coroutine goes on calling.
template <class F> eager_task<> retry(int times, F &&work) {
  while (times-- > 0) co_await work();
}
template <class F> eager_task<> once(F &&work) { co_await work(); }
template <class F> eager_task<> keeps_work(int times, F work) {
  while (times-- > 0) co_await work();
}
eager_task<> retried(int n) {
  return retry(3, [n] { return fill(nullptr); }); // warn: task-outlives-scope "a temporary dies at the return; the returned task of 'retry()'"
}
eager_task<> retried_variable(int n) {
  auto work = [n] { return fill(nullptr); };
  return retry(3, work); // warn: task-outlives-scope "'work' dies"
}
eager_task<> called_before_it_waits(int n) { return once([n] { return fill(nullptr); }); }
eager_task<> kept_by_value(int n) { return keeps_work(3, [n] { return fill(nullptr); }); }
eager_task<> without_captures() { return retry(3, [] { return fill(nullptr); }); }
eager_task<> retried_and_awaited(int n) { co_await retry(3, [n] { return fill(nullptr); }); }

// Lent by a plain function to an eager coroutine that uses it later.
eager_task<> uses_later(const std::string &text) {
  co_await fill(nullptr);
  log(text.c_str()); // note: "'uses_later' uses it here, as 'text'"
}
eager_task<> passes_on(const std::string &text) { return uses_later(text); }
eager_task<> passes_on_at_once(const std::string &text) { return uses_at_once(text); }
eager_task<> lent_through(std::string local) {
  return passes_on(local); // warn: task-outlives-scope "'local' dies at the return; the returned task of 'passes_on()'"
}
eager_task<> lent_through_at_once(std::string local) { return passes_on_at_once(local); }

// --- Imperfections ---------------------------------------------------------------------------------------------------

// Whether an eager function that is only declared has copied what a view refers to is not known.
future<> write(std::string_view text);
future<> eager_view() {
  std::string local = text();
  return write(local); // missed alarm: task-outlives-scope
}
// The coroutine lambda is hidden in a std::function.
lazy_task<> erased(int n) {
  std::function<lazy_task<>()> work = [n]() -> lazy_task<> { (void)n; co_return; };
  return work(); // missed alarm: task-outlives-scope // warn: dangling-lambda-capture "closure of"
}
// Nobody sees whether others have an owner of it.
lazy_task<> only_found() {
  auto p = find_peer();
  return p->run(); // missed alarm: task-outlives-scope
}
