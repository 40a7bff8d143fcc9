// A local variable that a task uses ends on a path on which the task has not been joined.
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <task.h>
#include <utility>
#include <vector>

using mock::lazy_task;

/// A future that lets its work go on when it is dropped.
struct never {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() noexcept;
};
template <class T = void> struct future : mock::task_base<T> {
  struct promise_type : mock::returns<future, T> {
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
  };
  future(future &&) noexcept;
  ~future();
  T get();
};
struct buffer {
  std::string bytes;
};
struct event {
  void set();
  lazy_task<> wait();
};
struct handle {
  void join();
  bool ready() const;
};
struct joining_handle { // its destructor joins
  ~joining_handle();
  void join();
};
struct task_group { // its destructor joins
  ~task_group();
  void spawn(lazy_task<> task);
  lazy_task<> join();
  void cancel();
};
handle start(lazy_task<> task);
joining_handle start_joining(lazy_task<> task);
template <class... Tasks> future<> when_all(Tasks... tasks);
lazy_task<> fill(buffer &into) { into.bytes = "x"; co_return; }
future<> read(buffer &into) {
  co_await fill(into);
  into.bytes = "x";
}
future<> touches(buffer &into) {
  into.bytes = "x";
  co_await never{};
}
lazy_task<> fill_and_tell(buffer &into, event &done) { into.bytes = "x"; done.set(); co_return; }
lazy_task<> other();
bool cancelled();
void log(const char *);

// --- The plain bug -------------------------------------------------------------------------------------------------

void plain() {
  buffer bytes; // note: "'bytes' is declared here"
  handle filling = start(fill(bytes)); // warn: scope-ends-before-task "'bytes' dies on a path that does not wait for the task of 'fill()' in 'filling'; the task goes on using it"
  if (cancelled()) return; // note: "dies here"
  filling.join();
}

// --- Spellings -----------------------------------------------------------------------------------------------------

future<> early_return() {
  buffer bytes;
  auto reading = read(bytes); // warn: scope-ends-before-task "'bytes' dies on a path"
  if (cancelled()) co_return;
  co_await std::move(reading);
}
future<> thrown() {
  buffer bytes;
  auto reading = read(bytes); // warn: scope-ends-before-task "'bytes'"
  if (cancelled()) throw std::runtime_error("cancelled");
  co_await std::move(reading);
}
future<> broken_out() {
  while (true) {
    buffer bytes;
    auto reading = read(bytes); // warn: scope-ends-before-task "'bytes'"
    if (cancelled()) break;
    co_await std::move(reading);
  }
}
future<> continued() {
  for (int i = 0; i < 3; ++i) {
    buffer bytes;
    auto reading = read(bytes); // warn: scope-ends-before-task "'bytes'"
    if (cancelled()) continue;
    co_await std::move(reading);
  }
}
future<> await_between() {
  buffer bytes;
  auto reading = read(bytes); // warn: scope-ends-before-task "'bytes' dies when an await throws before the task of 'read()' in 'reading' is joined"
  co_await other(); // note: "when this await throws"
  co_await std::move(reading);
}
lazy_task<> group_left(task_group &group) {
  buffer bytes;
  group.spawn(fill(bytes)); // warn: scope-ends-before-task "given to 'task_group::spawn()'"
  if (cancelled()) co_return;
  co_await group.join();
}
void wrong_order() {
  task_group group;
  buffer bytes;
  group.spawn(fill(bytes)); // warn: dangling-reference-argument "'bytes' dies before the task"
}
lazy_task<> inner_scope() {
  std::vector<lazy_task<>> tasks;
  {
    buffer bytes;
    tasks.push_back(fill(bytes)); // warn: scope-ends-before-task "'bytes'"
  }
  for (auto &task : tasks) co_await std::move(task);
}
lazy_task<> in_loop() {
  std::vector<lazy_task<>> tasks;
  for (int i = 0; i < 3; ++i) {
    buffer bytes;
    tasks.push_back(fill(bytes)); // warn: scope-ends-before-task "'bytes'"
  }
  for (auto &task : tasks) co_await std::move(task);
}
future<> in_vector() {
  buffer bytes;
  std::vector<future<>> reads;
  reads.push_back(read(bytes)); // warn: scope-ends-before-task "'bytes'"
  if (cancelled()) co_return;
  for (auto &each : reads) co_await std::move(each);
}
lazy_task<> assigned(lazy_task<> last) {
  if (cancelled()) {
    buffer bytes;
    last = fill(bytes); // warn: scope-ends-before-task "'bytes'"
  }
  co_await std::move(last);
}
future<> a_parameter(buffer bytes) {
  auto reading = read(bytes); // warn: scope-ends-before-task "'bytes'"
  if (cancelled()) co_return;
  co_await std::move(reading);
}
future<> in_a_try() {
  try {
    buffer bytes;
    auto reading = read(bytes); // warn: scope-ends-before-task "'bytes'"
    co_await other();
    co_await std::move(reading);
  } catch (const std::exception &) {
    log("failed");
  }
}

// --- Silent ----------------------------------------------------------------------------------------------------------

void always_joined() {
  buffer bytes;
  handle filling = start(fill(bytes));
  bool stop = cancelled();
  filling.join();
  if (stop) return;
}
future<> awaited() {
  buffer bytes;
  auto reading = read(bytes);
  co_await std::move(reading);
}
future<> both_paths() {
  buffer bytes;
  auto reading = read(bytes);
  if (cancelled()) {
    co_await std::move(reading);
    co_return;
  }
  log("more");
  co_await std::move(reading);
}
future<> together() {
  buffer one, two;
  auto first = read(one);
  auto second = read(two);
  co_await when_all(std::move(first), std::move(second));
}
lazy_task<> group_joined(task_group &group) {
  buffer bytes;
  group.spawn(fill(bytes));
  if (cancelled()) group.cancel();
  co_await group.join();
}
void joined_by_destructor() {
  buffer bytes;
  joining_handle filling = start_joining(fill(bytes));
  if (cancelled()) return;
  filling.join();
}
void right_order() {
  buffer bytes;
  task_group group;
  group.spawn(fill(bytes));
}
lazy_task<> lazy_and_dropped() {
  buffer bytes;
  auto filling = fill(bytes); // warn: unawaited-variable "not awaited on every path"
  if (cancelled()) co_return; // nobody uses the buffer: the body has not begun
  co_await std::move(filling);
}
lazy_task<> told(task_group &group) {
  buffer bytes;
  event done;
  group.spawn(fill_and_tell(bytes, done));
  co_await done.wait();
}
future<> before_its_suspension() {
  buffer bytes;
  auto reading = touches(bytes);
  if (cancelled()) co_return;
  co_await std::move(reading);
}
future<> outer_lives(buffer &bytes) {
  auto reading = read(bytes);
  if (cancelled()) co_return;
  co_await std::move(reading);
}
future<> shared(std::shared_ptr<buffer> bytes) {
  auto reading = read(*bytes);
  if (cancelled()) co_return;
  co_await std::move(reading);
}
future<> finally_joined() {
  buffer bytes;
  auto reading = read(bytes);
  std::exception_ptr failure;
  try {
    co_await other();
  } catch (...) {
    failure = std::current_exception();
  }
  co_await std::move(reading);
}
template <class F> struct scope_exit {
  F run;
  ~scope_exit() { run(); }
};
void guarded() {
  buffer bytes;
  handle filling = start(fill(bytes));
  scope_exit join{[&] { filling.join(); }};
  if (cancelled()) return;
  log("more");
}
void returned_on(std::vector<handle> &all) {
  static buffer bytes;
  all.push_back(start(fill(bytes)));
}
lazy_task<> same_scope() {
  std::vector<lazy_task<>> tasks;
  buffer bytes;
  tasks.push_back(fill(bytes));
  for (auto &task : tasks) co_await std::move(task);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

void parse();
void plain_call_throws() {
  buffer bytes;
  handle filling = start(fill(bytes)); // missed alarm: scope-ends-before-task
  parse();
  filling.join();
}
void logged(handle &);
void only_shown() {
  buffer bytes;
  handle filling = start(fill(bytes)); // missed alarm: scope-ends-before-task
  if (cancelled()) return logged(filling);
  filling.join();
}
