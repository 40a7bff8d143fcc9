// A coroutine lambda whose closure ends before its coroutine has finished.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <task.h>
#include <utility>
#include <variant>
#include <vector>

using mock::eager_task;
using mock::lazy_task;

/// A future with continuations, as several libraries have it.
template <class T = void> struct future : mock::task_base<T> {
  struct promise_type : mock::eager, mock::returns<future, T> {};
  template <class F> future<> then(F &&continuation);
};

/// Started, and nobody can wait for it.
struct fire_and_forget {
  struct promise_type : mock::eager {
    fire_and_forget get_return_object();
    std::suspend_never final_suspend() noexcept;
    void return_void();
  };
};

lazy_task<> step();
lazy_task<int> number();
lazy_task<> own_now(lazy_task<>);
eager_task<> started();
void log(const std::string &);
template <class T> void sync_wait(lazy_task<T> task);
template <class... Tasks> lazy_task<> when_all(Tasks... tasks);
struct scope {
  template <class T> [[clang::annotate("coroguard::sink")]] void spawn(T task);
};

// --- The plain bug -------------------------------------------------------------------------------------------------

struct session {
  void start();
  fire_and_forget made;
  lazy_task<> kept;
  eager_task<> running;
  std::vector<lazy_task<>> tasks;
  int count = 0;
};
void session::start() {
  [this]() -> fire_and_forget { // warn: dangling-lambda-capture "closure of 'lambda in session::start' ends before its coroutine is done; 'this' is then read from what is gone"
    co_await step();
    ++count; // note: "used here, when the coroutine has been suspended"
  }();
}

// --- Called at once ------------------------------------------------------------------------------------------------

struct calls : session {
  void in_container() {
    tasks.push_back([this]() -> lazy_task<> { // warn: dangling-lambda-capture "'this'"
      co_await step();
      ++count;
    }());
  }
  void in_member() {
    kept = [this]() -> lazy_task<> { co_await step(), ++count; }(); // warn: dangling-lambda-capture "'this'"
  }
  void eager_in_member() {
    running = [this]() -> eager_task<> { co_await step(), ++count; }(); // warn: dangling-lambda-capture "'this'"
  }
};
lazy_task<> in_variable(int n) {
  auto task = [n]() -> lazy_task<> { // warn: dangling-lambda-capture "'n'"
    log(std::to_string(n)); // note: "the call has not begun to run this"
    co_return;
  }();
  co_await std::move(task);
}
lazy_task<> by_reference(int n) {
  auto task = [&]() -> lazy_task<> { log(std::to_string(n)), co_await step(); }(); // warn: dangling-lambda-capture "'n'"
  co_await std::move(task);
}
void spawned(scope &s, std::string text) {
  s.spawn([text]() -> lazy_task<> { log(text); co_return; }()); // warn: dangling-lambda-capture "is not kept by 'scope::spawn'"
}
void dropped(std::string text) {
  [text]() -> eager_task<> { // warn: dangling-lambda-capture "'text'"
    co_await step();
    log(text);
  }();
}
void init_capture(std::string text) {
  (void)[copy = std::move(text)]() -> eager_task<> { // warn: dangling-lambda-capture "'copy'"
    co_await step();
    log(copy);
  }();
}
void through_invoke(std::string text) {
  std::invoke([text]() -> fire_and_forget { co_await step(), log(text); }); // warn: dangling-lambda-capture "'text'"
}
void by_name() {
  int n = 0;
  auto later = [n]() -> fire_and_forget { // note: "the closure is made here"
    co_await step();
    log(std::to_string(n));
  };
  later(); // warn: dangling-lambda-capture "'n'"
}
eager_task<> function_returned(int n) {
  std::function<eager_task<>()> work = [n]() -> eager_task<> { co_await step(), log(std::to_string(n)); };
  return work(); // warn: dangling-lambda-capture "'n'"
}
lazy_task<> ends_with_each_round(int n) {
  std::vector<lazy_task<>> tasks;
  for (int i = 0; i < n; ++i) {
    auto work = [i]() -> lazy_task<> { co_await step(), log(std::to_string(i)); }; // note: "the closure is made here"
    tasks.push_back(work()); // warn: dangling-lambda-capture "'i'"
  }
  for (auto &task : tasks) co_await std::move(task);
}
void alias(std::vector<std::string> texts) {
  [texts]() -> fire_and_forget { // warn: dangling-lambda-capture "'texts'"
    for (auto &text : texts) {
      log(text);
      co_await step();
    }
  }();
}
void reference_to_capture(std::string text) {
  [text]() -> fire_and_forget { // warn: dangling-lambda-capture "'text'"
    auto &same = text;
    co_await step();
    log(same);
  }();
}
void in_loop(int n) {
  [n]() -> fire_and_forget { // warn: dangling-lambda-capture "'n'"
    for (;;) {
      log(std::to_string(n));
      co_await step();
    }
  }();
}
void in_nested_lambda(int n) {
  [n]() -> fire_and_forget { // warn: dangling-lambda-capture "'n'"
    co_await step();
    auto inner = [n] { log(std::to_string(n)); };
    inner();
  }();
}

// --- Given to something ----------------------------------------------------------------------------------------------

struct button {
  void on_click(std::function<void(int)> handler);
  template <class F> void on_key(F handler);
};
struct delegate {
  template <class F> delegate(F handler);
};
struct event {
  int add(const delegate &handler);
};
template <class... A> struct typed_event {
  int operator()(std::function<void(A...)> handler) const;
};
struct window : session {
  int token = 0;
  void typed(const typed_event<int, int> &changed, std::shared_ptr<int> shared) {
    token = changed([shared](auto &&, auto &&) -> fire_and_forget { // warn: dangling-lambda-capture "'typed_event::operator()'"
      co_await step();
      ++*shared;
    });
    token = changed([shared](auto &&, auto &&) -> fire_and_forget {
      auto mine = shared;
      co_await step();
      ++*mine;
    });
  }
  void events(button &b) {
    b.on_click([this](int) -> fire_and_forget { // warn: dangling-lambda-capture "is not kept by 'button::on_click' until its coroutine is done"
      co_await step();
      ++count;
    });
  }
  void delegates(event &e) {
    e.add([this](int) -> fire_and_forget { co_await step(), ++count; }); // warn: dangling-lambda-capture "'event::add'"
    e.add([this](auto) -> fire_and_forget { // warn: dangling-lambda-capture "'event::add'"
      co_await step();
      ++count;
    });
    e.add([this](auto) -> fire_and_forget {
      ++count;
      co_await step();
    });
  }
  void erased_later(button &b) {
    std::function<void(int)> handler = [this](int) -> eager_task<> { // note: "the closure is made here"
      co_await step();
      ++count;
    };
    b.on_click(std::move(handler)); // warn: dangling-lambda-capture "'button::on_click'"
  }
  void generic_one(button &b) {
    b.on_click([this](auto &&) -> fire_and_forget { // warn: dangling-lambda-capture "'button::on_click'"
      co_await step();
      ++count;
    });
  }
  std::function<void(int)> handler() {
    return [this](int) -> fire_and_forget { // warn: dangling-lambda-capture "'this'"
      co_await step();
      ++count;
    };
  }
};
template <class F> void run_in_background(F &&work) { (void)work(); }
template <class F> eager_task<> run_by_value(F work) { return work(); } // warn: task-outlives-scope "'work' dies at the return"
template <class F> eager_task<> run_moved(F &&work) { return run_by_value(std::forward<F>(work)); }
template <class F> auto run_lent(F &&work) { return work(); }
void given(int n) {
  run_in_background([n]() -> eager_task<> { co_await step(), log(std::to_string(n)); }); // warn: dangling-lambda-capture "is not kept by 'run_in_background'"
}
eager_task<> awaited_but_gone(int n) {
  co_await run_by_value([n]() -> eager_task<> { co_await step(), log(std::to_string(n)); }); // warn: dangling-lambda-capture "is not kept by 'run_by_value'"
}
eager_task<> moved_on_and_gone(int n) {
  co_await run_moved([n]() -> eager_task<> { co_await step(), log(std::to_string(n)); }); // warn: dangling-lambda-capture "is not kept by 'run_moved'"
}
void lent_and_kept(std::vector<eager_task<>> &tasks, int n) {
  tasks.push_back(run_lent([n]() -> eager_task<> { co_await step(), log(std::to_string(n)); })); // warn: dangling-lambda-capture "'n'"
}
void for_each(const std::vector<int> &all, int n) {
  std::for_each(all.begin(), all.end(), [n](int) -> fire_and_forget { co_await step(), log(std::to_string(n)); }); // warn: dangling-lambda-capture "is not kept by 'std::for_each'"
}
struct factory {
  explicit factory(std::function<lazy_task<>()> consumer);
};
factory made_with(std::function<lazy_task<>()> inner) {
  auto consumer = [inner = std::move(inner)]() -> lazy_task<> { // note: "the closure is made here"
    co_await inner();
  };
  return factory(std::move(consumer)); // warn: dangling-lambda-capture "is not kept by 'factory'"
}

// --- Functors --------------------------------------------------------------------------------------------------------

struct functor {
  std::string text;
  fire_and_forget operator()() const {
    co_await step();
    log(text);
  }
};
void temporary_functor() {
  functor{"text"}(); // warn: dangling-lambda-capture "'this'"
}
void captured_functor(button &b) {
  b.on_click([f = functor{"text"}](int) { f(); }); // warn: dangling-lambda-capture "object of 'functor"
}

// --- Silent ----------------------------------------------------------------------------------------------------------

struct safe : session {
  lazy_task<> awaited_at_once() {
    co_await [this]() -> lazy_task<> { co_await step(), ++count; }();
  }
  lazy_task<> in_a_group(int n) {
    co_await when_all([this]() -> lazy_task<> { co_await step(), ++count; }(), [n]() -> lazy_task<> { log(std::to_string(n)); co_return; }());
  }
  lazy_task<> named(int n) {
    auto work = [&, n]() -> lazy_task<> { co_await step(), count += n; };
    co_await work();
    auto task = work();
    co_await std::move(task);
  }
  void waited_for() {
    sync_wait([this]() -> lazy_task<> { co_await step(), ++count; }());
  }
  void not_used_later() {
    [this]() -> fire_and_forget {
      ++count;
      co_await step();
    }();
  }
  void only_in_the_operand() {
    [this]() -> fire_and_forget { co_await take(count); }();
  }
  void copied_to_a_local() {
    [this]() -> fire_and_forget {
      auto self = this;
      co_await step();
      ++self->count;
    }();
  }
  void parameters() {
    [](session *self) -> fire_and_forget {
      co_await step();
      ++self->count;
    }(this);
  }
  void no_coroutine() {
    [this] { ++count; }();
  }
  void captures_unused(int n) {
    [=]() -> fire_and_forget { co_await step(); }();
  }
  void no_suspension(int n) {
    [n]() -> fire_and_forget {
      log(std::to_string(n));
      co_return;
    }();
  }
  void stored() {
    handler = [this]() -> lazy_task<> { co_await step(), ++count; };
    handlers.push_back([this]() -> lazy_task<> { co_await step(), ++count; });
  }
  void registers(std::vector<std::function<lazy_task<>()>> &all) {
    all.emplace_back([this]() -> lazy_task<> { co_await step(), ++count; });
  }
  static lazy_task<> take(int);
  std::function<lazy_task<>()> handler;
  std::vector<std::function<lazy_task<>()>> handlers;
};
void static_closure(int n) {
  static auto work = [n]() -> fire_and_forget { co_await step(), log(std::to_string(n)); };
  work();
}
template <class F> lazy_task<> keeps_in_frame(F work) { co_await work(); }
template <class F> lazy_task<> awaits_reference(F &&work) { co_await work(); }
lazy_task<> with_retries(std::function<lazy_task<>()> work);
void later(lazy_task<> task);
void in_frame(int n) {
  later(keeps_in_frame([n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); }));
}
lazy_task<> by_reference_and_awaited(int n) {
  co_await awaits_reference([n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); });
  co_await run_lent([n]() -> eager_task<> { co_await step(), log(std::to_string(n)); });
}
lazy_task<> unknown_and_awaited(int n) {
  co_await with_retries([n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); });
}
lazy_task<> chosen(std::variant<int, std::string> value, int n) {
  co_await std::visit([n](auto &) -> lazy_task<> { log(std::to_string(n)), co_await step(); }, value);
}
lazy_task<> joined_by_name(int n) {
  auto work = [n]() -> eager_task<> { co_await step(), log(std::to_string(n)); };
  auto first = work(), second = work();
  co_await std::move(first);
  co_await std::move(second);
}
lazy_task<> functor_awaited(functor f) {
  struct local {
    int n;
    lazy_task<> operator()() const { co_await step(), log(std::to_string(n)); }
  };
  co_await local{1}();
}
lazy_task<> joined_in_each_round(int n) {
  lazy_task<> last;
  for (int i = 0; i < n; ++i) {
    auto work = [i]() -> lazy_task<> { co_await step(), log(std::to_string(i)); };
    last = work();
    co_await std::move(last);
  }
}
lazy_task<> all_of_one(int n) {
  std::vector<lazy_task<>> tasks;
  auto work = [n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); };
  for (int i = 0; i < n; ++i) tasks.push_back(work());
  for (auto &task : tasks) co_await std::move(task);
}
void never_begun(int n) {
  auto task = [n]() -> lazy_task<> { log(std::to_string(n)); co_return; }(); // warn: unawaited-variable "never awaited"
}
struct handlers {
  template <class F> void on(F &&handler) { all.push_back(std::forward<F>(handler)); }
  std::vector<std::function<lazy_task<>(int)>> all;
};
void stored_by_callee(handlers &h, int n) {
  h.on([n](int) -> lazy_task<> { co_await step(), log(std::to_string(n)); });
}

// Whoever is given the callable in a std::function that gives the task has both.
struct routes {
  void on(std::string path, std::function<eager_task<int>(int)> handler);
};
struct server {
  int count = 0;
  void setup(routes &all) {
    all.on("/", [this](int n) -> eager_task<int> { co_await step(); co_return count += n; });
  }
};

// --- Put into containers and given to functions that only take tasks ----------------------------------------------------

struct nursery {
  void start_soon(lazy_task<> task);
};
struct starts : session {
  void emplaced() {
    tasks.emplace_back([this]() -> lazy_task<> { // warn: dangling-lambda-capture "'this'"
      co_await step();
      ++count;
    }());
  }
  void given(nursery &all) {
    all.start_soon([this]() -> lazy_task<> { // warn: dangling-lambda-capture "is not kept by 'nursery::start_soon'"
      co_await step();
      ++count;
    }());
  }
  lazy_task<> awaited_by(nursery &all) {
    co_await [this]() -> lazy_task<> { co_await step(); ++count; }();
    all.start_soon(step());
  }
};

// --- A named closure whose task stays behind its function ----------------------------------------------------------

std::vector<lazy_task<>> kept_by_all;
struct keeps_own : session {
  void in_member() {
    auto work = [this]() -> lazy_task<> { co_await step(), ++count; };
    kept = work(); // warn: dangling-lambda-capture "'this'"
  }
  void in_members(std::string text) {
    auto work = [text]() -> lazy_task<> { co_await step(), log(text); };
    tasks.push_back(work()); // warn: dangling-lambda-capture "'text'"
  }
  lazy_task<> awaited_here(std::string text) {
    auto work = [text]() -> lazy_task<> { co_await step(), log(text); };
    tasks.push_back(work());
    co_await when_all(std::move(tasks));
  }
};
void in_global(int n) {
  auto work = [n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); };
  kept_by_all.push_back(work()); // warn: dangling-lambda-capture "'n'"
}
void in_what_was_lent(std::vector<lazy_task<>> &tasks, int n) {
  auto work = [n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); };
  tasks.push_back(work()); // warn: dangling-lambda-capture "'n'"
}
void waited_for_here(std::vector<lazy_task<>> &tasks, int n) {
  auto work = [n]() -> lazy_task<> { co_await step(), log(std::to_string(n)); };
  tasks.push_back(work());
  sync_wait(when_all(std::move(tasks)));
}

// --- The task goes where it stays ----------------------------------------------------------------------------------

/// Is made from a task, and no task itself.
struct widget_task {
  template <class T> widget_task(lazy_task<T> &&);
  widget_task(widget_task &&);
};
struct keeps_tasks : session {
  std::vector<std::unique_ptr<eager_task<>>> owned;
  std::vector<eager_task<>> started_ones;
  std::vector<std::function<lazy_task<>()>> makers;

  template <class F> void adopt(F &&work) { owned.push_back(std::make_unique<eager_task<>>(work())); }
  template <class F> void adopt_later(F &&work) { tasks.push_back(work()); }
  template <class F> void adopt_copy(F work) { started_ones.emplace_back(work()); }
  template <class F, class... A> void adopt_with(F &&work, A... given) { started_ones.push_back(work(std::move(given)...)); }
  template <class F> void keep_and_call(F work) {
    makers.push_back(work);
    tasks.push_back(makers.back()());
  }
  template <class F> lazy_task<> adopt_and_join(F &&work) {
    tasks.push_back(work());
    co_await when_all(std::move(tasks.back()));
  }
  template <class F> void adopt_and_run(F &&work) {
    tasks.push_back(work());
    run_all();
  }
  void run_all();

  void given() {
    adopt([this]() -> eager_task<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "closure of 'lambda in keeps_tasks::given' is not kept by 'keeps_tasks::adopt' until its coroutine is done; 'this' is then read from what is gone"
    adopt_later([this]() -> lazy_task<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "'keeps_tasks::adopt_later'"
    adopt_copy([this]() -> eager_task<> { co_await step(), ++count; }); // warn: dangling-lambda-capture "'keeps_tasks::adopt_copy'"
  }
  void given_by_name() {
    auto work = [this]() -> lazy_task<> { co_await step(), ++count; };
    adopt_later(work); // warn: dangling-lambda-capture "'this'"
  }
  widget_task made_into_another() {
    return widget_task([this]() -> lazy_task<> { co_await step(), ++count; }()); // warn: dangling-lambda-capture "'this'"
  }
  std::unique_ptr<lazy_task<>> made_into_owner() {
    return std::make_unique<lazy_task<>>([this]() -> lazy_task<> { co_await step(), ++count; }()); // warn: dangling-lambda-capture "'this'"
  }

  // Silent.
  widget_task with_parameter() {
    return widget_task([](keeps_tasks *self) -> lazy_task<> { co_await step(), ++self->count; }(this));
  }
  void given_with_parameter() {
    adopt_with([](keeps_tasks *self) -> eager_task<> { co_await step(), ++self->count; }, this);
    adopt([]() -> eager_task<> { co_await step(); });
  }
  void kept_too() {
    keep_and_call([this]() -> lazy_task<> { co_await step(), ++count; });
    adopt_and_run([this]() -> lazy_task<> { co_await step(), ++count; });
  }
  lazy_task<> joined() {
    co_await adopt_and_join([this]() -> lazy_task<> { co_await step(), ++count; });
  }
  lazy_task<> joined_by_name() {
    auto work = [this]() -> lazy_task<> { co_await step(), ++count; };
    adopt_later(work);
    co_await std::move(tasks.back());
  }
};

/// What is returned holds the task: a stream its generator.
struct stream {
  std::function<lazy_task<>()> next;
};
template <class F> stream stream_of(F &&generate) {
  auto task = std::make_shared<lazy_task<>>(generate());
  return stream{[task]() -> lazy_task<> { return std::move(*task); }};
}
template <class F> int count_of(F &&generate) {
  auto task = std::make_shared<eager_task<>>(generate());
  return task ? 1 : 0;
}
stream lines(std::string text) {
  return stream_of([text]() -> lazy_task<> { // warn: dangling-lambda-capture "closure of 'lambda in lines' is not kept by 'stream_of' until its coroutine is done"
    co_await step();
    log(text);
  });
}
stream no_lines() {
  return stream_of([]() -> lazy_task<> { co_await step(); });
}
int counted(std::string text) {
  return count_of([text]() -> eager_task<> { co_await step(), log(text); });
}

/// A captured task ends with the closure, while the coroutine awaits it.
void runs(lazy_task<> task) {
  [task = std::move(task)]() mutable -> fire_and_forget { co_await task; }(); // warn: dangling-lambda-capture "'task'"
}
void runs_parameter(lazy_task<> task) {
  [](lazy_task<> task) -> fire_and_forget { co_await task; }(std::move(task));
}
void runs_moved(lazy_task<> task) {
  [task = std::move(task)]() mutable -> fire_and_forget { co_await own_now(std::move(task)); }();
}

lazy_task<> overwritten(int n) {
  std::function<eager_task<>()> work = [n]() -> eager_task<> { co_await step(), log(std::to_string(n)); };
  auto task = work();
  work = nullptr; // missed alarm: dangling-lambda-capture
  co_await std::move(task);
}
