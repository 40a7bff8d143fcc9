// What real projects do so that nothing dangles: they wait in ways of their own, or hand on copies.
#include <coroutine>
#include <future>
#include <string>
#include <task.h>
#include <thread>
#include <utility>
#include <vector>

using mock::eager_task;
using mock::lazy_task;

/// Started, and nobody can wait for it.
struct job {
  struct promise_type : mock::eager {
    job get_return_object();
    std::suspend_never final_suspend() noexcept;
    void return_void();
  };
};

lazy_task<> step();
void log(int);
void check(bool);

// --- Tasks ---------------------------------------------------------------------------------------------------------

struct loop {
  void run();
  void stop();
  lazy_task<> next();
};
job work(loop &on) { co_await on.next(), on.stop(); }
job store(int *into) { co_await step(); *into = 42; }

int main() {
  loop own;
  work(own);
  own.run(); // ends when the task has called stop()
  return 0;
}
void nobody_runs_it() {
  loop own;
  work(own); // warn: dangling-reference-argument "'own' dies before the task of 'work()'"
}

void reads_the_result() {
  int value = 0;
  store(&value);
  check(value == 42); // whoever asks knows that it is there
}
void nobody_reads() {
  int value = 0;
  store(&value); // warn: dangling-reference-argument "'value' dies before the task of 'store()'"
}

/// The outer task is over when it is awaited, and the inner one has nothing of the arguments.
lazy_task<int> answer(int id) { co_return id; }
template <class... Parts> lazy_task<lazy_task<int>> send(Parts &&...parts) {
  int id = (parts + ...);
  co_await step();
  co_return answer(id); // warn: nested-awaitable "task of 'answer()' is returned"
}
lazy_task<> sends_all(std::vector<lazy_task<int>> &running) {
  for (int i = 0; i < 10; ++i) running.push_back(co_await send(i, i + 1));
}

// The body shows that it goes round until the task is done, or ends with its result.
struct service {
  lazy_task<> timeout();
  bool poll();
  template <class T> void drive(T task) {
    while (!task.await_ready()) poll();
  }
  template <class T> auto finish(T task) {
    poll();
    return task.await_resume();
  }
  template <class T> void pass(const T &task) { poll(); }
};
eager_task<> uses(service &on) {
  co_await on.timeout();
  co_await on.timeout();
}
void goes_round() {
  service own;
  own.drive(uses(own));
}
void ends_with_it() {
  service own;
  own.finish(uses(own));
}
void only_looks(service &other) {
  service own;
  own.pass(uses(own)); // what runs on it ends with it
  other.pass(uses(own)); // warn: dangling-reference-argument "'own' dies before the task of 'uses()'"
}
void goes_round_elsewhere(service &other) {
  service own;
  other.drive(uses(own));
  other.finish(uses(own));
}

// By the name, the task ends with the one that starts it.
struct runner {
  void push_task(lazy_task<> task);
  void push_dependent_task(lazy_task<> task);
  void spawn_child(lazy_task<> task);
};
lazy_task<> counts(service &on) {
  co_await on.timeout();
  on.poll();
}
lazy_task<> structured(runner &runs) {
  service own;
  runs.push_dependent_task(counts(own));
  runs.spawn_child(counts(own));
  runs.push_task(counts(own)); // warn: dangling-reference-argument "'own' dies before"
  co_return;
}

// --- Captures ------------------------------------------------------------------------------------------------------

struct server {
  std::thread worker;
  server() {
    std::promise<void> started;
    auto future = started.get_future();
    worker = std::thread([&started] { started.set_value(); });
    future.wait(); // until the worker has used it
  }
  ~server() { worker.join(); }
};
struct waits_for_nothing {
  std::thread worker;
  waits_for_nothing() {
    std::promise<void> started;
    worker = std::thread([&started] { started.set_value(); }); // warn: dangling-spawn-capture "'started'"
  }
  ~waits_for_nothing() { worker.join(); }
};

struct answer_of {
  void sync_wait();
};
struct promise {
  answer_of get_awaitable();
  void set_value();
};
void waits_by_another_name() {
  promise result;
  answer_of awaitable = result.get_awaitable();
  std::thread worker{[&result] { result.set_value(); }};
  worker.detach();
  awaitable.sync_wait();
}

// --- Closures ------------------------------------------------------------------------------------------------------

/// Its template keeps the callable in a coroutine frame; what only looks at it changes nothing.
struct client {
  template <class Source> lazy_task<int> upload(Source source) { return send(std::move(source)); }
  template <class Source> lazy_task<int> send(Source source) {
    verify(source);
    co_return co_await source();
  }
  template <class Source> void verify(Source &) {}
};
lazy_task<int> read(int &from);
lazy_task<> uploads() {
  client own;
  int file = 0;
  auto source = [&file]() -> lazy_task<int> { co_return co_await read(file); };
  log(co_await own.upload(std::move(source)));
}

struct event_loop {
  int exec();
  void quit();
};
template <class Work> void run_and_wait(event_loop &events, Work &&work) {
  work();
  events.exec(); // until the coroutine says quit()
}
template <class Work> void only_calls(Work &&work) { work(); }
void starts(event_loop &events, int n) {
  run_and_wait(events, [&events, n]() -> eager_task<> { co_await step(), log(n), events.quit(); });
  only_calls([n]() -> eager_task<> { co_await step(), log(n); }); // warn: dangling-lambda-capture "'n'"
}
