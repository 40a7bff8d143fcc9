// Awaiting a task gives another task, and nobody awaits that.
#include <optional>
#include <task.h>
#include <type_traits>
#include <utility>
#include <vector>

using mock::eager_task;
using mock::lazy_task;

lazy_task<> inner();
lazy_task<int> number();
lazy_task<lazy_task<>> prepare();
lazy_task<lazy_task<int>> prepare_number();
lazy_task<eager_task<>> start();
bool ready();

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> handle() {
  co_await prepare(); // warn: nested-awaitable "'prepare()' gives another task, which is never awaited; the inner coroutine body"
}

// --- Spellings -----------------------------------------------------------------------------------------------------

struct service {
  lazy_task<lazy_task<>> open();
  lazy_task<mock::checked_task<>> checked();
  lazy_task<mock::nodiscard_task<>> marked();
};

lazy_task<> statements(service s, service *p, lazy_task<lazy_task<>> given) {
  if (ready()) co_await prepare(); // warn: nested-awaitable "'prepare()'"
  else co_await s.open();          // warn: nested-awaitable "'service::open()'"
  while (ready()) co_await p->open();        // warn: nested-awaitable "'service::open()'"
  (co_await prepare());            // warn: nested-awaitable "'prepare()'"
  ready(), co_await prepare();     // warn: nested-awaitable "'prepare()'"
  co_await s.checked();            // warn: nested-awaitable "'service::checked()'"
  co_await s.marked();             // warn: nested-awaitable "'service::marked()'"
  co_await prepare_number();       // warn: nested-awaitable "'prepare_number()'"
  co_await std::move(given);       // warn: nested-awaitable "gives another task"
  ready() ? co_await prepare() : co_await s.open(); // warn: nested-awaitable "'prepare()'" // warn: nested-awaitable "'service::open()'"
}

lazy_task<lazy_task<>> returns_inner() {
  co_return inner(); // warn: nested-awaitable "task of 'inner()' is returned as the result of 'returns_inner' and not awaited"
}

lazy_task<lazy_task<int>> returns_either(bool b) {
  if (b) co_return number(); // warn: nested-awaitable "'number()'"
  co_await inner();
  co_return number(); // warn: nested-awaitable "'number()'"
}

template <class F> lazy_task<std::invoke_result_t<F>> wrapped(F f) {
  co_return f(); // what this is depends on the user
}
lazy_task<> uses_wrapped() {
  co_await wrapped([]() -> lazy_task<> { co_return; }); // warn: nested-awaitable "'wrapped()' gives another task"
  int n = co_await wrapped([] { return 1; });
  (void)n;
}

// --- Silent --------------------------------------------------------------------------------------------------------

template <class T> struct channel {
  lazy_task<T> receive();
  lazy_task<std::optional<T>> poll();
};
void take(lazy_task<>);

lazy_task<> used(channel<lazy_task<>> &jobs, std::vector<lazy_task<>> &more) {
  co_await co_await prepare();
  co_await (co_await prepare());
  int n = co_await co_await prepare_number();
  auto task = co_await prepare();
  co_await std::move(task);
  take(co_await prepare());
  more.push_back(co_await jobs.receive());
  if (auto job = co_await jobs.poll()) co_await std::move(*job);
  while (true) {
    auto job = co_await jobs.receive();
    co_await std::move(job);
    if (n > 3) break;
  }
}

// Silent: started work; its handle may go.
lazy_task<> handles() {
  co_await start();
  auto handle = co_await start();
}
lazy_task<eager_task<>> starts();
eager_task<> running();
lazy_task<eager_task<>> in_two_steps() {
  co_await inner();
  co_return running();
}

// Silent: an inner task that came from elsewhere is passed on.
lazy_task<lazy_task<>> passes_on(lazy_task<> given) {
  co_return std::move(given);
}
lazy_task<lazy_task<>> empty_one() {
  co_return lazy_task<>();
}
lazy_task<lazy_task<>> forwards() { return prepare(); }
lazy_task<> awaits_inner() { co_return co_await inner(); }

// --- Imperfections ---------------------------------------------------------------------------------------------------

struct opened {
  lazy_task<> first;
  int second;
};
lazy_task<opened> open_two();
lazy_task<> in_a_pair() {
  co_await open_two(); // missed alarm: nested-awaitable
}

// Lazy tasks that are handed out to be started by the caller.
lazy_task<lazy_task<>> next_job() {
  co_return inner(); // false alarm: nested-awaitable
}
