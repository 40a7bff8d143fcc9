// for: std asio
// A call that makes something to await, and nobody does.
#include <functional>
#include <lib.h>
#include <tuple>
#include <vector>

task<> fetch();
task<int> number();
task<int> number_of(int n);
bool ready();

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> handle() {
  fetch(); // warn: unawaited-coroutine "result of 'fetch()' is never awaited; the coroutine body does not run"
  co_return;
}

// --- Where the statement stands ------------------------------------------------------------------------------------

task<> branches(int n) {
  if (n == 1) fetch(); // warn: unawaited-coroutine "'fetch()'"
  else number();       // warn: unawaited-coroutine "'number()'"
  if (n == 2) {
    fetch(); // warn: unawaited-coroutine "'fetch()'"
  }
  switch (n) {
  case 3: fetch(); break;   // warn: unawaited-coroutine "'fetch()'"
  case 4: case 5: number(); // warn: unawaited-coroutine "'number()'"
  default: fetch();         // warn: unawaited-coroutine "'fetch()'"
  }
  switch (n) fetch(); // warn: unawaited-coroutine "'fetch()'"
  if constexpr (sizeof(int) > 2) fetch(); // warn: unawaited-coroutine "'fetch()'"
  co_return;
}

task<> loops(std::vector<int> items) {
  while (ready()) fetch();                  // warn: unawaited-coroutine "'fetch()'"
  do fetch(); while (ready());              // warn: unawaited-coroutine "'fetch()'"
  for (int i = 0; i < 3; ++i) fetch();      // warn: unawaited-coroutine "'fetch()'"
  for (; ready(); fetch()) {}               // warn: unawaited-coroutine "'fetch()'"
  for (fetch(); ready();) {}                // warn: unawaited-coroutine "'fetch()'"
  for (int item : items) number_of(item);   // warn: unawaited-coroutine "'number_of()'"
  for (fetch(); int item : items) ++item;   // warn: unawaited-coroutine "'fetch()'"
  co_return;
}

task<> labels() {
  goto again;
again:
  fetch(); // warn: unawaited-coroutine "'fetch()'"
  if (ready()) [[likely]] fetch(); // warn: unawaited-coroutine "'fetch()'"
  if (fetch(); ready()) co_return;     // warn: unawaited-coroutine "'fetch()'"
  switch (fetch(); int(ready())) {}    // warn: unawaited-coroutine "'fetch()'"
}

task<> handlers() {
  try {
    fetch(); // warn: unawaited-coroutine "'fetch()'"
  } catch (const std::exception &) {
    fetch(); // warn: unawaited-coroutine "'fetch()'"
  } catch (...) {
    number(); // warn: unawaited-coroutine "'number()'"
  }
  co_return;
}

task<> after_return() {
  co_return;
  fetch(); // warn: unawaited-coroutine "'fetch()'"
}

// --- Which expression ----------------------------------------------------------------------------------------------

task<> operators(bool b) {
  fetch(), ready();             // warn: unawaited-coroutine "'fetch()'"
  ready(), fetch();             // warn: unawaited-coroutine "'fetch()'"
  bool r = (fetch(), ready());  // warn: unawaited-coroutine "'fetch()'"
  b ? fetch() : fetch();        // warn: unawaited-coroutine "'fetch()'" // warn: unawaited-coroutine "'fetch()'"
  (fetch());                    // warn: unawaited-coroutine "'fetch()'"
  (b ? (ready(), number()) : number_of(1)); // warn: unawaited-coroutine "'number()'" // warn: unawaited-coroutine "'number_of()'"
  r && (fetch(), b);            // warn: unawaited-coroutine "'fetch()'"
  int v = ({ fetch(); 1; });    // warn: unawaited-coroutine "'fetch()'"
  ({ number(); });              // warn: unawaited-coroutine "'number()'"
  co_return;
}

task<> ceremonies() {
  (void)fetch();              // warn: unawaited-coroutine "result of 'fetch()' is cast to void and never awaited"
  static_cast<void>(fetch()); // warn: unawaited-coroutine "cast to void and never awaited; the coroutine body"
  ready(), void(fetch());     // warn: unawaited-coroutine "'fetch()' is cast to void"
  (void)(fetch(), number());  // warn: unawaited-coroutine "'fetch()' is never" // warn: unawaited-coroutine "'number()' is cast"
  std::ignore = number();     // warn: unawaited-coroutine "result of 'number()' is assigned to std::ignore and never awaited"
  std::ignore = (number());   // warn: unawaited-coroutine "assigned to std::ignore"
  std::move(fetch());         // warn: unawaited-coroutine "'fetch()'"
  (void)std::move(fetch());   // warn: unawaited-coroutine "'fetch()' is cast to void"
  static_cast<task<> &&>(fetch()); // warn: unawaited-coroutine "'fetch()'"
  task<>{fetch()};            // warn: unawaited-coroutine "'fetch()'"
  co_return;
}

// --- Whom it calls -------------------------------------------------------------------------------------------------

struct session {
  session();
  task<> read();
  virtual task<> write();
  static task<> close();
  task<> operator()(int);
  task<> operator[](int) const;
  task<> operator<<(int);
  operator bool() const;
  template <class T> task<T> get();
  task<> run() {
    read();         // warn: unawaited-coroutine "'session::read()'"
    this->read();   // warn: unawaited-coroutine "'session::read()'"
    (*this)(1);     // warn: unawaited-coroutine "'session::operator()()'"
    get<int>();     // warn: unawaited-coroutine "'session::get()'"
    co_await write();
  }
};

struct derived : session {
  task<> write() override {
    session::write(); // warn: unawaited-coroutine "'session::write()'"
    co_return;
  }
};

session &current();
task<> operator+(session &, int);
namespace net {
inline namespace v1 { task<> connect(); }
} // namespace net

task<> callees(session s, session *p, task<> (*function)(), std::function<task<>()> erased, task<> (session::*method)()) {
  s.read();           // warn: unawaited-coroutine "'session::read()'"
  p->write();         // warn: unawaited-coroutine "'session::write()'"
  session::close();   // warn: unawaited-coroutine "'session::close()'"
  s.close();          // warn: unawaited-coroutine "'session::close()'"
  s(1);               // warn: unawaited-coroutine "never awaited"
  s[1];               // warn: unawaited-coroutine "never awaited"
  s << 1;             // warn: unawaited-coroutine "never awaited"
  s + 1;              // warn: unawaited-coroutine "never awaited"
  current().read();   // warn: unawaited-coroutine "'session::read()'"
  s.get<int>();       // warn: unawaited-coroutine "'session::get()'"
  net::connect();     // warn: unawaited-coroutine "'net::connect()'"
  function();         // warn: unawaited-coroutine "'function()'"
  (*function)();      // warn: unawaited-coroutine "never awaited"
  erased();           // warn: unawaited-coroutine "'erased()'"
  (s.*method)();      // warn: unawaited-coroutine "never awaited"
  std::invoke(fetch); // warn: unawaited-coroutine "'std::invoke()'"
  using net::connect;
  connect();          // warn: unawaited-coroutine "'net::connect()'"
  co_return;
}

task<> lambdas() {
  [] -> task<> { co_return; }();                                  // warn: unawaited-coroutine "never awaited"
  auto later = []() -> task<int> { co_return 1; };
  later();                                                        // warn: unawaited-coroutine "never awaited"
  auto generic = [](auto n) -> task<int> { co_return n; };
  generic(1);                                                     // warn: unawaited-coroutine "never awaited"
  auto inner = [] { fetch(); };                                   // warn: unawaited-coroutine "'fetch()'"
  inner();
  auto nested = [] { return [] { number(); }; };                  // warn: unawaited-coroutine "'number()'"
  nested()();
  co_return;
}

// --- In which function: a plain one drops it as well ----------------------------------------------------------------

void plain() {
  fetch(); // warn: unawaited-coroutine "'fetch()'"
}

auto deduced() {
  fetch(); // warn: unawaited-coroutine "'fetch()'"
  return 1;
}

struct owner {
  owner() : value((fetch(), 1)) { // warn: unawaited-coroutine "'fetch()'"
    number(); // warn: unawaited-coroutine "'number()'"
  }
  ~owner() {
    fetch(); // warn: unawaited-coroutine "'fetch()'"
  }
  owner &operator=(const owner &) {
    fetch(); // warn: unawaited-coroutine "'fetch()'"
    return *this;
  }
  int value;
  int other = [] { fetch(); return 1; }(); // warn: unawaited-coroutine "'fetch()'"
};

int at_start = [] { fetch(); return 1; }(); // warn: unawaited-coroutine "'fetch()'"

int local_classes() {
  struct local {
    void method() { fetch(); } // warn: unawaited-coroutine "'fetch()'"
  };
  static int once = (fetch(), 1); // warn: unawaited-coroutine "'fetch()'"
  return once;
}

template <class T> void instantiated_twice(T) {
  fetch(); // warn: unawaited-coroutine "'fetch()'"
}
void instantiate() {
  instantiated_twice(1);
  instantiated_twice('a');
}

template <class T> struct box {
  task<T> get();
  void use() { get(); } // warn: unawaited-coroutine "'box::get()'"
};
template struct box<int>;
template struct box<char>;

// Generic code that calls and drops what it is given: said to the user, at each of his calls.
template <class F> void call(F f) {
  f(); // note: "it is called and dropped here"
}
void give_coroutine() {
  call(fetch);  // warn: unawaited-coroutine "result of 'fetch()' is never awaited; the coroutine body does not run"
  call(fetch);  // warn: unawaited-coroutine "'fetch()'"
  call(number); // warn: unawaited-coroutine "'number()'"
  call([]() -> task<> { co_return; }); // warn: unawaited-coroutine "result of 'lambda in give_coroutine' is never awaited"
  call([] { return fetch(); });        // warn: unawaited-coroutine "'lambda in give_coroutine'"
  call(&fetch); // warn: unawaited-coroutine "'fetch()'"
  call(ready);
  call([] {});
}

template <class F, class... Args> void call_with(F &&f, Args &&...args) {
  if (ready()) std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class F> void pass_on(int, F f) { call(std::move(f)); }
template <class F> void in_a_void_cast(F f) { (void)f(); }
template <class F> void invoked(F f) { std::invoke(f); }
template <class F> int counts(F f) { return sizeof(f()); }
template <class T> void drops_itself(T) {
  fetch(); // warn: unawaited-coroutine "'fetch()'"
}
void give_others() {
  call_with(number_of, 1); // warn: unawaited-coroutine "'number_of()'"
  pass_on(1, fetch);       // warn: unawaited-coroutine "'fetch()'"
  in_a_void_cast(fetch);   // warn: unawaited-coroutine "result of 'fetch()' is cast to void and never awaited"
  invoked(fetch);          // warn: unawaited-coroutine "'fetch()'"
  counts(fetch);
  drops_itself(fetch);
  drops_itself(1);
}

void generic_lambda() {
  auto drop = [](auto f) { f(); };
  drop(fetch); // warn: unawaited-coroutine "'fetch()'"
  drop(ready);
}

template <class F> struct at_exit {
  F f;
  ~at_exit() { f(); }
};
void deferred() {
  at_exit guard{[] { return fetch(); }}; // warn: unawaited-coroutine "'lambda in deferred' is never awaited"
}

#define START(f) f()
#define TWICE(f) \
  f();           \
  f()
void macros() {
  START(fetch); // warn: unawaited-coroutine "'fetch()'"
  TWICE(number); // warn: unawaited-coroutine "'number()'"
}

mock::generator<int> yields() {
  co_yield (fetch(), 1); // warn: unawaited-coroutine "'fetch()'"
  fetch();               // warn: unawaited-coroutine "'fetch()'"
}

// --- Other things that wait to be awaited ---------------------------------------------------------------------------

mock::nodiscard_task<> marked();
mock::checked_task<> checked();
[[nodiscard]] mock::scheduled_task<> scheduled_and_marked();
mock::with_member_operator member_operator();

task<> kinds(timer &t) {
  marked();             // warn: unawaited-coroutine "'marked()'"
  checked();            // warn: unawaited-coroutine "result of 'checked()' is never awaited; its outcome and its exception are lost"
  scheduled_and_marked(); // warn: unawaited-coroutine "'scheduled_and_marked()'"
  mock::sleep_for(1);   // warn: unawaited-coroutine "result of 'mock::sleep_for()' is never awaited; the operation does not start"
  t.async_wait(use_awaitable); // warn: unawaited-coroutine "async_wait()' is never awaited"
  co_return;
}

// Futures: they run by themselves, and still somebody has to look at what became of them.
template <class T = void> struct [[clang::annotate("coroguard::must_await")]] future : mock::task_base<T> {
  struct promise_type : mock::eager, mock::returns<future, T> {};
  template <class F> future<> then(F continuation) { __builtin_trap(); }
  template <class F> future finally(F last) { __builtin_trap(); }
};
future<> put_value(int n);
future<int> get_value();
void futures(bool b) {
  put_value(1);               // warn: unawaited-coroutine "result of 'put_value()' is never awaited; its outcome and its exception are lost"
  (void)put_value(1);         // warn: unawaited-coroutine "result of 'put_value()' is cast to void and never awaited; its outcome"
  std::ignore = get_value();   // warn: unawaited-coroutine "assigned to std::ignore"
  b ? put_value(1) : put_value(2); // warn: unawaited-coroutine "'put_value()'" // warn: unawaited-coroutine "'put_value()'"
  put_value(1), ready();      // warn: unawaited-coroutine "'put_value()'"
  [] { return put_value(1); }(); // warn: unawaited-coroutine "'lambda in futures'"
  put_value(1).then([] {});   // warn: unawaited-coroutine "result of 'future::then()' is never awaited"
  call(get_value);             // warn: unawaited-coroutine "'get_value()'"
}
#define LOGGED(expression) (ready(), expression)
future<> continuations() {
  LOGGED(put_value(1)); // warn: unawaited-coroutine "'put_value()'"
  return get_value().then([](int n) {
    put_value(n); // warn: unawaited-coroutine "result of 'put_value()' is neither returned nor awaited; the continuation is done before it, and its exception is lost: return it"
  }).then([] { return put_value(2); }).finally([] {
    if (ready()) (void)put_value(3); // warn: unawaited-coroutine "cast to void and neither returned nor awaited"
  });
}

// The base of a promise may be a template of its own.
template <class Start> struct parametric {
  Start initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  void return_void();
};
template <class T> struct parametric_task : mock::task_base<T> {
  struct promise_type : parametric<std::suspend_always> {
    parametric_task get_return_object();
  };
};
parametric_task<void> parametric_work();
void parametric_start() {
  parametric_work(); // warn: unawaited-coroutine "'parametric_work()'"
}

// --- Silent: it is awaited, kept, or given away ----------------------------------------------------------------------

void take(task<>);
void take_reference(task<> &&);
template <class... T> void take_all(T &&...);
struct holder {
  task<> first;
  std::vector<task<>> more;
  task<> &get();
  task<> &&take();
  const task<> &look() const;
};

task<> used(bool b, holder &h, loop &l) {
  co_await fetch();
  co_await (fetch());
  (co_await number(), co_await fetch());
  int n = co_await number() + co_await number_of(co_await number());
  if (co_await number() > 1) co_await fetch();
  for (int i = 0; i < co_await number(); ++i) n += i;
  (void)co_await number();
  std::ignore = co_await number();
  co_await (b ? fetch() : fetch());
  co_await (ready(), fetch());
  co_await std::move(h.first);
  auto stored = fetch();
  auto &&bound = fetch();
  co_await std::move(stored);
  co_await std::move(bound);
  take(fetch());
  take_reference(fetch());
  take_all(fetch(), number(), 1);
  h.first = fetch();
  h.more.push_back(fetch());
  h.more.emplace_back(fetch());
  holder other{fetch(), {}};
  co_await std::move(other.first);
  co_await [] -> task<> { co_return; }();
  auto closure = [kept = fetch()]() mutable { return std::move(kept); };
  co_await closure();
  co_await ({ fetch(); }); // the value of the statement expression
  co_await static_cast<task<> &&>(fetch());
  co_spawn(l, fetch(), detached);
}

// Silent: a reference to a task that lives on.
void references(holder &h, holder *p) {
  h.get();
  p->take();
  h.look();
  h.first;
  *&h.first;
  static_cast<task<> &>(h.first);
  (void)h.first;
  h.first = fetch();
  ++h.more.begin();
  (void)h.get();
}

// Silent: returned.
task<> forward() { return fetch(); }
task<> choose(bool b) { return b ? fetch() : fetch(); }
task<> after_work() { return ready(), fetch(); }
auto arrow = [] { return fetch(); };
auto short_lambda = []() -> task<> { return fetch(); };

// Silent: not evaluated.
template <class T>
concept fetches = requires(T t) {
  fetch();
  { number() };
};
task<> unevaluated() {
  static_assert(sizeof(fetch()) > 0);
  static_assert(!noexcept(fetch()));
  using type = decltype(fetch());
  static_assert(fetches<int>);
  static_assert(requires { fetch(); });
  (void)sizeof(number());
  (void)noexcept(fetch());
  (void)alignof(decltype(number()));
  co_return;
}

// Silent: the discarded branch of a template, and a template that nobody instantiates.
template <class T> void discarded_branch() {
  if constexpr (sizeof(T) > 1000) fetch();
}
template void discarded_branch<int>();
task<> discarded_branches() {
  if constexpr (sizeof(int) > 1000) fetch();
  if constexpr (sizeof(int) > 1000) fetch();
  else number(); // warn: unawaited-coroutine "'number()'"
  co_return;
}
template <class T> void never_instantiated(T t) {
  fetch_all(t);
}

// Silent: dropping is what the type is for; eager coroutines have run; nothing to await at all.
mock::detached_task<> detached_work();
mock::eager_task<> eager_work();
mock::scheduled_task<> scheduled_work();
struct not_awaitable {
  bool await_ready();
};
not_awaitable almost();
int twice(int);
void take_future(future<>);
void nothing() {
  future<> kept = put_value(1);
  take_future(std::move(kept));
  take_future(put_value(2));
  detached_work();
  (void)detached_work();
  eager_work();
  (void)eager_work();
  std::ignore = eager_work();
  scheduled_work();
  almost();
  twice(1);
  plain();
}

// An eager type whose author says that its outcome matters: a drop without a cast.
namespace protected_eager {
template <class T = void> struct [[nodiscard]] started : mock::task_base<T> {
  struct promise_type : mock::eager, mock::returns<started, T> {};
};
started<> write(int);
struct journal {
  started<int> append(int);
  [[nodiscard]] mock::eager_task<> sync();
};
mock::lazy_task<> drops(journal *j, bool b) {
  write(1);                     // warn: unawaited-coroutine "result of 'protected_eager::write()' is never awaited; its outcome and its exception are lost"
  if (b) j->append(2);          // warn: unawaited-coroutine "'protected_eager::journal::append()'"
  for (int i = 0; i < 3; ++i) write(i); // warn: unawaited-coroutine "'protected_eager::write()'"
  b ? write(1) : write(2);      // warn: unawaited-coroutine "'protected_eager::write()'" // warn: unawaited-coroutine "'protected_eager::write()'"
  auto later = [j] { j->append(3); }; // warn: unawaited-coroutine "'protected_eager::journal::append()'"
  j->sync();                    // warn: unawaited-coroutine "'protected_eager::journal::sync()'"
  later();
  co_return;
}
mock::lazy_task<> keeps(journal *j) {
  (void)write(1);
  std::ignore = j->append(2);
  static_cast<void>(j->sync());
  co_await write(3);
  auto kept = write(4);
  co_await std::move(kept);
}
} // namespace protected_eager

// Silent: an awaiter that somebody threw away with ceremony; the task next to it is still a finding.
void ceremony_for_awaiters() {
  (void)mock::sleep_for(1);
  std::ignore = mock::sleep_for(1);
}

// Silent: members that a task has besides co_await.
void members(mock::lazy_task<> t) {
  t.start();
  (void)bool(t);
  std::move(t).start();
}

// An empty task made by no coroutine: nothing is lost.
void empty() {
  mock::lazy_task<>();
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

// The type's promise takes its initial_suspend from a template argument and nothing in this unit instantiates it: whether
// it is lazy is not known.
template <class Start> struct aliased_task : mock::task_base<void> {
  struct promise_type : Start, mock::returns<aliased_task, void> {};
};
aliased_task<mock::lazy> aliased_work();
void unknown_start() {
  aliased_work();    // missed alarm: unawaited-coroutine
}
