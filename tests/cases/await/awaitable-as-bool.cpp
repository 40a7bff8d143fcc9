// A task used as a condition, where its result was meant.
#include <memory>
#include <optional>
#include <task.h>
#include <utility>

using mock::eager_task;
using mock::lazy_task;

/// A task that can be compared with nullptr.
template <class T = void> struct nullable_task : mock::task_base<T> {
  struct promise_type : mock::lazy, mock::returns<nullable_task, T> {};
  friend bool operator==(const nullable_task &, std::nullptr_t);
};
/// A task whose operator bool is implicit.
template <class T = void> struct implicit_task : mock::task_base<T> {
  struct promise_type : mock::lazy, mock::returns<implicit_task, T> {};
  operator bool() const;
};

lazy_task<bool> check();
lazy_task<int> count();
lazy_task<> run();
eager_task<bool> started();
nullable_task<int> find();
implicit_task<bool> allowed();
void log(const char *);
void set(bool);

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> handle() {
  if (check()) log("always"); // warn: awaitable-as-bool "'check()' is tested instead of its result; there is a task"
  co_return;
}

// --- Spellings -----------------------------------------------------------------------------------------------------

lazy_task<> statements() {
  if (!check()) log("never");            // warn: awaitable-as-bool "'check()'"
  while (count()) log("for ever");       // warn: awaitable-as-bool "'count()'"
  do log("again"); while (count());      // warn: awaitable-as-bool "'count()'"
  for (; check();) log("for ever");      // warn: awaitable-as-bool "'check()'"
  if (log("first"); check()) log("yes"); // warn: awaitable-as-bool "'check()'"
  if (bool(check())) log("always");      // warn: awaitable-as-bool "'check()'"
  co_return;
}

bool operators(bool b) {
  int n = check() ? 1 : 2;             // warn: awaitable-as-bool "'check()'"
  bool both = b && check();            // warn: awaitable-as-bool "'check()'"
  bool any = check() || both;          // warn: awaitable-as-bool "'check()'"
  bool cast = static_cast<bool>(check()); // warn: awaitable-as-bool "'check()'"
  bool old = (bool)count();            // warn: awaitable-as-bool "'count()'"
  return n && any && cast && old && !started(); // warn: awaitable-as-bool "'started()'"
}

bool conversions() {
  bool implicit = allowed();     // warn: awaitable-as-bool "'allowed()'"
  set(allowed());                // warn: awaitable-as-bool "'allowed()'"
  if (allowed() == true) set(implicit); // warn: awaitable-as-bool "'allowed()'"
  return allowed();              // warn: awaitable-as-bool "'allowed()'"
}

void comparisons() {
  if (find() != nullptr) log("found"); // warn: awaitable-as-bool "'find()'"
  if (find() == nullptr) log("never"); // warn: awaitable-as-bool "'find()'"
  if (nullptr == find()) log("never"); // warn: awaitable-as-bool "'find()'"
}

struct session {
  lazy_task<bool> alive() const;
};
void members(session s, session *p) {
  if (s.alive()) log("always");  // warn: awaitable-as-bool "'s.alive()'"
  if (!p->alive()) log("never"); // warn: awaitable-as-bool "'p->alive()'"
  auto poll = [&] { return !s.alive(); }; // warn: awaitable-as-bool "'s.alive()'"
  poll();
}

#define EXPECT(condition) ((condition) ? void() : log(#condition))
void macros() {
  EXPECT(check()); // warn: awaitable-as-bool "tested instead of its result"
}

template <class T> void instantiated_twice(T) {
  if (check()) log("always"); // warn: awaitable-as-bool "'check()'"
}
void instantiate() {
  instantiated_twice(1);
  instantiated_twice('a');
}

void kept_and_tested() {
  auto ok = started();
  if (ok) log("always"); // warn: awaitable-as-bool "'ok' is tested instead of its result"
}

// --- Silent: the result is tested -----------------------------------------------------------------------------------

lazy_task<> awaited() {
  if (co_await check()) log("yes");
  while (co_await count() > 3) log("more");
  bool b = co_await check() && !co_await started();
  set(b);
  if (auto ok = co_await check()) set(ok);
}

// Silent: is there a task? It is awaited, assigned or kept elsewhere.
struct worker {
  lazy_task<bool> current;
  std::optional<lazy_task<bool>> next;
  std::unique_ptr<lazy_task<bool>> owned;
  lazy_task<bool> &running();
  bool busy() const { return bool(current); }
  void stop() {
    if (current) log("stopping");
    if (next) log("stopping");
    if (owned) log("stopping");
    if (owned && *owned) log("stopping");
    if (running()) log("stopping");
  }
};

lazy_task<> known_variables(lazy_task<bool> given, const lazy_task<bool> &lent) {
  auto t = check();
  if (t) co_await std::move(t);
  if (given) log("there is one");
  if (lent) log("there is one");
  lazy_task<bool> empty;
  if (!empty) empty = check();
  co_await std::move(empty);
  auto &&shared = check();
  if (shared) co_await std::move(shared);
  auto kept = started();
  auto look = [&kept] { return bool(kept); };
  look();
}

// Silent: no result to be meant.
void without_result() {
  if (run()) log("there is one");
}

// Silent: an expected that can be awaited is asked what it is for.
template <class T> struct expected : mock::task_base<T> {
  struct promise_type : mock::eager, mock::returns<expected, T> {};
  T operator*() const;
};
expected<int> parse();
void expecteds() {
  if (parse()) log("parsed");
  if (!parse()) log("not parsed");
}

// Silent: the operator is called by name.
void by_name() {
  if (check().operator bool()) log("there is one");
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

// The result may not matter to who tests a task of no result, but then the task never runs either.
void void_task() {
  if (!run()) log("never"); // missed alarm: awaitable-as-bool
}
