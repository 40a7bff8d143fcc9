// A task that gives its result once is awaited again.
#include <optional>
#include <task.h>
#include <utility>
#include <vector>

using mock::lazy_task;

lazy_task<> fetch();
lazy_task<int> number();
bool ready();
void take(lazy_task<>);
void refill(lazy_task<> &);
[[noreturn]] void give_up();

/// Can only be awaited as an rvalue.
template <class T> struct strict_task {
  struct promise_type : mock::lazy, mock::returns<strict_task, T> {};
  strict_task(strict_task &&) noexcept;
  strict_task &operator=(strict_task &&) noexcept;
  ~strict_task();
  mock::awaiter operator co_await() &&;
};
strict_task<int> strict();

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> handle() {
  auto fetching = fetch();
  co_await std::move(fetching); // note: "it has been awaited here"
  co_await std::move(fetching); // warn: awaited-twice "'fetching' is awaited a second time; the first await has used it up"
}

// --- Spellings -----------------------------------------------------------------------------------------------------

lazy_task<> moved_then_plain() {
  lazy_task<> fetching = fetch();
  co_await std::move(fetching);
  co_await fetching; // warn: awaited-twice "'fetching'"
}

lazy_task<int> in_one_expression() {
  auto counting = number();
  int first = co_await std::move(counting);
  co_return first + co_await std::move(counting); // warn: awaited-twice "'counting'"
}

lazy_task<> in_branches(bool a, bool b) {
  auto fetching = fetch();
  if (a) co_await std::move(fetching);
  if (b) co_await std::move(fetching); // warn: awaited-twice "'fetching'"
  else take(std::move(fetching));
}

lazy_task<> parameter(lazy_task<> given) {
  co_await std::move(given);
  if (ready()) co_await std::move(given); // warn: awaited-twice "'given'"
}

lazy_task<> rvalue_only() {
  auto result = strict();
  int first = co_await std::move(result);
  int second = co_await static_cast<strict_task<int> &&>(result); // warn: awaited-twice "'result'"
}

lazy_task<> rounds() {
  auto once = fetch();
  for (int i = 0; i < 3; ++i) co_await once; // warn: awaited-twice "'once' is awaited again in the next round of the loop; the task runs only once"
}

lazy_task<> rounds_moved(std::vector<int> items) {
  auto once = fetch(); // warn: unawaited-variable "not awaited on every path"
  for (int item : items) {
    if (item == 0) continue;
    co_await std::move(once); // warn: awaited-twice "'once'"
  }
  co_return;
}

lazy_task<> rounds_while() {
  auto once = number();
  while (co_await once > 0) {} // warn: awaited-twice "'once'"
}

lazy_task<> in_try() {
  auto fetching = fetch();
  try {
    co_await std::move(fetching);
  } catch (...) {
  }
  co_await std::move(fetching); // warn: awaited-twice "'fetching'"
}

auto in_a_lambda = []() -> lazy_task<> {
  auto fetching = fetch();
  co_await std::move(fetching);
  co_await std::move(fetching); // warn: awaited-twice "'fetching'"
};

template <class T> lazy_task<> in_a_template(T) {
  auto fetching = fetch();
  co_await std::move(fetching);
  co_await std::move(fetching); // warn: awaited-twice "'fetching'"
}
template lazy_task<> in_a_template(int);
template lazy_task<> in_a_template(char);

// --- Silent --------------------------------------------------------------------------------------------------------

lazy_task<> once_each(bool b) {
  auto first = fetch(), second = fetch();
  co_await std::move(first);
  co_await std::move(second);
  auto third = fetch();
  if (b) co_await std::move(third);
  else co_await std::move(third);
  auto inside = number();
  co_await [](int n) -> lazy_task<> { co_return; }(co_await std::move(inside));
}

lazy_task<> made_again() {
  auto fetching = fetch();
  co_await std::move(fetching);
  fetching = fetch();
  co_await std::move(fetching);
  refill(fetching);
  co_await std::move(fetching);
}

lazy_task<> every_round() {
  for (int i = 0; i < 3; ++i) {
    auto fetching = fetch();
    co_await fetching;
  }
  lazy_task<> later = fetch();
  while (ready()) {
    co_await std::move(later);
    later = fetch();
  }
  co_await std::move(later);
}

lazy_task<> leaves() {
  auto fetching = fetch();
  for (;;) { // warn: loop-without-suspension "'leaves'"
    if (!ready()) continue;
    co_await std::move(fetching);
    break;
  }
  auto other = fetch();
  while (ready()) {
    co_await std::move(other);
    co_return;
  }
  co_await std::move(other);
}

lazy_task<> excluded(bool b) {
  auto fetching = fetch();
  if (b) co_await std::move(fetching);
  log: if (!b) co_await std::move(fetching);
  bool done = false;
  auto other = fetch();
  if (ready()) {
    co_await std::move(other);
    done = true;
  }
  if (!done) co_await std::move(other);
  auto checked = fetch();
  if (ready()) co_await std::move(checked);
  if (checked) co_await std::move(checked);
}

// Silent: who has a reference may fill it again.
lazy_task<> filled_by_others() {
  auto fetching = fetch();
  auto again = [&] { fetching = fetch(); };
  auto other = fetch();
  auto *pointer = &other;
  while (ready()) {
    co_await std::move(fetching);
    again();
    co_await std::move(other);
    *pointer = fetch();
  }
}

// Silent: it keeps its result and gives it as often as asked.
lazy_task<> keeps_its_result() {
  auto counting = number();
  co_await counting;
  co_await counting;
}

/// Shared by its copies.
struct shared_task {
  struct promise_type : mock::eager, mock::returns<shared_task, void> {};
  shared_task(const shared_task &);
  ~shared_task();
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
lazy_task<> shared(shared_task one) {
  for (int i = 0; i < 3; ++i) co_await one;
  co_await std::move(one);
  co_await one;
}

/// Gives one value after the other.
struct stream {
  struct promise_type : mock::lazy {
    stream get_return_object();
    std::suspend_always yield_value(int);
    void return_void();
  };
  stream(stream &&) noexcept;
  ~stream();
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  int *await_resume();
};
stream values();

/// No coroutine's: an event, a timer.
struct event {
  event();
  event(event &&);
  ~event();
  mock::awaiter operator co_await();
  lazy_task<> next();
};

lazy_task<> many_times(event e, event &other) {
  auto numbers = values();
  while (co_await numbers) {}
  for (int i = 0; i < 3; ++i) {
    co_await e;
    co_await other;
    co_await e.next();
    co_await mock::sleep_for(1);
  }
}

lazy_task<> references(lazy_task<> &member) {
  co_await std::move(member);
  co_await std::move(member);
}

// A checking macro that must not warn of a constant condition.
inline bool never() { return false; }
inline bool perhaps() { return ready(); }
lazy_task<> checks() {
  auto fetching = fetch();
  do {
    co_await std::move(fetching);
  } while (never());
}
lazy_task<> repeats() {
  auto fetching = fetch();
  do {
    co_await std::move(fetching); // warn: awaited-twice "'fetching'"
  } while (perhaps());
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

struct owner {
  lazy_task<> work;
  lazy_task<> run() {
    co_await std::move(work);
    co_await std::move(work); // missed alarm: awaited-twice
  }
};
lazy_task<> in_an_optional(std::optional<lazy_task<>> maybe) {
  co_await std::move(*maybe);
  co_await std::move(*maybe); // missed alarm: awaited-twice
}
