// for: std asio
// A coroutine given to a callback whose caller drops the task.
#include <algorithm>
#include <functional>
#include <iterator>
#include <lib.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

task<> reload();
task<> reload_one(int id);
task<int> number();
void plain();
bool ready();
void on_signal(std::function<void()> handler);
void on_message(const std::function<void(int)> &handler);

// --- The plain bug -------------------------------------------------------------------------------------------------

void install() {
  on_signal([]() -> task<> { co_await reload(); }); // warn: discarded-by-callback "task of 'lambda in install' is dropped by 'std::function<void ()>'; the coroutine body does not run"
}

// --- Where it is converted ------------------------------------------------------------------------------------------

using handler = std::function<void()>;
std::function<void()> at_start = []() -> task<> { co_await reload(); }; // warn: discarded-by-callback "'lambda' is dropped by"
void with_default(handler h = reload); // warn: discarded-by-callback "task of 'reload()' is dropped by"
handler make() {
  return [] { return reload(); }; // warn: discarded-by-callback "'lambda in make'"
}

void conversions(std::vector<handler> &all, std::map<std::string, handler> &named, bool b) {
  handler h = []() -> task<> { co_return; }; // warn: discarded-by-callback "dropped by"
  handler braces{[]() -> task<> { co_return; }}; // warn: discarded-by-callback "dropped by"
  h = []() -> task<> { co_return; };         // warn: discarded-by-callback "dropped by"
  h = reload;                                // warn: discarded-by-callback "'reload()'"
  h = &reload;                               // warn: discarded-by-callback "'reload()'"
  auto lambda = []() -> task<> { co_return; };
  h = lambda;                                // warn: discarded-by-callback "dropped by"
  h = std::move(lambda);                     // warn: discarded-by-callback "dropped by"
  h = std::bind(reload_one, 1);              // warn: discarded-by-callback "'reload_one()'"
  all.push_back([]() -> task<> { co_return; });    // warn: discarded-by-callback "dropped by"
  all.emplace_back([]() -> task<> { co_return; }); // warn: discarded-by-callback "dropped by"
  all.push_back(reload);                     // warn: discarded-by-callback "'reload()'"
  named["a"] = reload;                       // warn: discarded-by-callback "'reload()'"
  named.emplace("b", reload);                // warn: discarded-by-callback "'reload()'"
  on_message(reload_one);                    // warn: discarded-by-callback "task of 'reload_one()' is dropped by 'std::function<void (int)>'"
  on_message([](int) { return number(); });  // warn: discarded-by-callback "dropped by"
  on_message([](auto id) -> task<> { co_await reload_one(id); }); // warn: discarded-by-callback "dropped by"
  std::function<task<>()> gives = reload;
  h = gives;                                 // warn: discarded-by-callback "task of 'gives()'"
  if (b) on_signal(handler(reload));         // warn: discarded-by-callback "'reload()'"
  task<> (*pointer)() = reload;
  on_signal(pointer);                        // warn: discarded-by-callback "'pointer()'"
}

struct button {
  handler clicked;
  handler hovered = [] { return reload(); }; // warn: discarded-by-callback "dropped by"
  button() : clicked(reload) {}              // warn: discarded-by-callback "'reload()'"
};
void aggregates() {
  struct callbacks {
    handler first, second;
  };
  callbacks both{reload, [] { plain(); }};   // warn: discarded-by-callback "'reload()'"
  both.second = reload;                      // warn: discarded-by-callback "'reload()'"
}

// --- What drops -----------------------------------------------------------------------------------------------------

/// A class of no library that holds a callable.
template <class Signature> class delegate;
template <class R, class... Args> class delegate<R(Args...)> {
public:
  delegate() = default;
  template <class F> delegate(F &&);
  R operator()(Args...) const;
};
template <class Signature> struct event_source {
  using slot = delegate<Signature>;
  void connect(const slot &);
};
struct ticker {
  task<> tick();
  void run() {
    changed.connect([this]() -> task<> { return tick(); }); // warn: discarded-by-callback "'lambda in ticker::run' is dropped by"
    std::thread(&ticker::tick, this).detach();              // warn: discarded-by-callback "task of 'ticker::tick()' is dropped by 'std::thread'"
  }
  event_source<void()> changed;
};

struct functor {
  task<> operator()() const;
};
void takers() {
  std::thread t([]() -> task<> { co_await reload(); }); // warn: discarded-by-callback "dropped by 'std::thread'"
  std::jthread j(reload);                               // warn: discarded-by-callback "task of 'reload()' is dropped by 'std::jthread'"
  delegate<void()> d(functor{});                        // warn: discarded-by-callback "task of 'functor::operator()()' is dropped by"
  t.join();
}

template <class F> void keep(F f) {
  handler h(std::move(f)); // note: "it is handed on here"
  h();
}
void generic() {
  keep([]() -> task<> { co_return; }); // warn: discarded-by-callback "dropped by"
}

template <class T> void instantiated_twice(T) {
  on_signal(reload); // warn: discarded-by-callback "'reload()'"
}
void instantiate() {
  instantiated_twice(1);
  instantiated_twice('a');
}

#define ON_SIGNAL(body) on_signal([]() -> task<> body)
void macros() {
  ON_SIGNAL({ co_await reload(); }); // warn: discarded-by-callback "dropped by"
}

// --- Silent: the callable gives nothing to await, or somebody takes it -----------------------------------------------

void take(std::function<task<>()> f);
template <class F> void call_and_keep(F f) { auto kept = f(); (void)&kept; }
void nothing_lost(loop &l) {
  on_signal(plain);
  on_signal([] { plain(); });
  on_signal([] { return ready(); });
  on_signal([&l] { co_spawn(l, reload(), detached); });
  on_message([](int) {});
  take(reload);
  take([]() -> task<> { co_return; });
  std::function<task<>()> gives = reload;
  std::function<task<int>()> gives_number = number;
  std::function<std::function<void()>()> outer = [] { return [] { plain(); }; };
  gives = [] { return reload(); };
  std::thread t(plain);
  t.join();
  auto closure = [] { return reload(); };
  call_and_keep(closure);
}

// An eager task has run, but its author or its destructor says that somebody must have it.
template <class T = void> struct [[nodiscard]] started_task : mock::task_base<T> {
  struct promise_type : mock::eager, mock::returns<started_task, T> {};
};
struct owned_task {
  struct promise_type : mock::eager, mock::returns<owned_task, void> {};
  std::coroutine_handle<promise_type> handle;
  owned_task &operator=(owned_task &&) noexcept;
  ~owned_task() { handle.destroy(); }
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
};
started_task<> begin_upload();
[[nodiscard]] mock::eager_task<> begin_download();
void eager_but_needed() {
  on_signal(begin_upload);                            // warn: discarded-by-callback "its outcome and its exception are lost"
  on_signal(begin_download);                          // warn: discarded-by-callback "its outcome and its exception are lost"
  on_signal([]() -> started_task<> { co_return; });   // warn: discarded-by-callback "its outcome and its exception are lost"
  on_signal([]() -> owned_task { co_await reload(); }); // warn: discarded-by-callback "the running coroutine is destroyed"
}

// The standard library's own loop.
void for_each_element(std::vector<int> &ids) {
  std::for_each(ids.begin(), ids.end(), [](int id) -> task<> { co_await reload_one(id); }); // warn: discarded-by-callback "is dropped by 'std::for_each'"
  std::for_each(ids.begin(), ids.end(), [](int) { plain(); });
  std::vector<task<>> all;
  std::transform(ids.begin(), ids.end(), std::back_inserter(all), reload_one);
  auto kept = std::move(all);
  (void)&kept;
}

// Silent: an eager task has run, a detached one is made to be dropped.
mock::eager_task<> eager();
mock::detached_task<> runs_alone();
void other_tasks() {
  on_signal(eager);
  on_signal(runs_alone);
  on_signal([]() -> mock::eager_task<> { co_return; });
  on_signal([]() -> mock::detached_task<> { co_return; });
}

// Silent: a signature that is no callable's, and copies.
struct deleter_like;
template <class T, class Signature> struct tagged {
  template <class F> tagged(F);
};
void others(handler given) {
  handler copy = given;
  handler moved = std::move(copy);
  tagged<int, void()> no_callable(reload);
  on_signal(moved);
  handler empty = nullptr;
  handler none;
}

// Made by the standard library, in place.
void owned(std::function<mock::lazy_task<>()> keeps) {
  auto shared = std::make_shared<handler>(reload);            // warn: discarded-by-callback "'reload()' is dropped"
  auto unique = std::make_unique<handler>([] { return reload(); }); // warn: discarded-by-callback "dropped"
  auto maybe = std::make_optional<handler>(reload);           // warn: discarded-by-callback "'reload()' is dropped"
  auto plain = std::make_shared<handler>([] {});
  auto copied = std::make_shared<handler>(*shared);
  auto typed = std::make_shared<std::function<mock::lazy_task<>()>>(reload);
  auto other = std::make_shared<std::function<mock::lazy_task<>()>>(keeps);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

// The conversion is inside the standard library.
void inside_std() {
  std::vector<handler> all(1, reload); // warn: discarded-by-callback "'reload()'"
  std::optional<handler> maybe = reload; // missed alarm: discarded-by-callback
}
