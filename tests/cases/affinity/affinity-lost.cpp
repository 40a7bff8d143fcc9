// A coroutine that has moved to another thread uses what belongs to its loop.
// for: std
#include <lib.h>
#include <memory>
#include <mutex>
#include <optional>
#include <atomic>

using namespace std::chrono_literals;
bool choose();
task<int> fetch();

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> plain(timer &t, pool &workers) {
  co_await resume_on(workers); // note: "'app::resume_on' moves the coroutine to the other thread"
  t.cancel();                  // warn: affinity-lost "'app::timer::cancel' is used on another thread than its loop's; a timer belongs to its loop's thread"
}

// --- Spellings -----------------------------------------------------------------------------------------------------

struct session {
  timer deadline;
  std::unique_ptr<timer> owned;
  std::shared_ptr<timer> shared;
  pool workers;
  loop &home;

  task<> member() {
    co_await resume_on(workers);
    deadline.cancel();             // warn: affinity-lost "cancel"
    this->deadline.expires_after(1s); // warn: affinity-lost "expires_after"
    owned->cancel();               // warn: affinity-lost "cancel"
    shared->cancel();              // warn: affinity-lost "cancel"
  }
  task<> twice() {
    co_await resume_on(workers);
    co_await resume_on(home);
    deadline.cancel();
    co_await resume_on(workers);
    deadline.cancel(); // warn: affinity-lost "cancel"
  }
  task<> as_operand() {
    co_await resume_on(workers);
    co_await deadline.async_wait(use_awaitable); // warn: affinity-lost "async_wait"
  }
};

task<> both_paths(timer &t, pool &a, pool &b) {
  if (choose()) co_await resume_on(a);
  else co_await resume_on(b);
  t.cancel(); // warn: affinity-lost "cancel"
}
task<> in_loop(timer &t, pool &workers) {
  for (int i = 0; i < 3; ++i) {
    co_await resume_on(workers);
    t.cancel(); // warn: affinity-lost "cancel"
  }
}
task<> by_pointer(timer *t, pool *workers) {
  co_await resume_on(*workers);
  t->cancel(); // warn: affinity-lost "cancel"
}
task<> made_before(loop &l, pool &workers) {
  timer t(l);
  co_await resume_on(workers);
  t.cancel(); // warn: affinity-lost "cancel"
}
task<> reference(session &s, pool &workers) {
  auto &t = s.deadline;
  co_await resume_on(workers);
  t.cancel(); // warn: affinity-lost "cancel"
}
task<> in_handler(timer &t, pool &workers) {
  try {
    co_await resume_on(workers);
    t.cancel(); // warn: affinity-lost "cancel"
  } catch (...) {
  }
}
template <class Pool> task<> generic(timer &t, Pool &workers) {
  co_await resume_on(workers);
  t.cancel(); // warn: affinity-lost "cancel"
}
task<> instantiates(timer &t, pool &workers) { co_await generic(t, workers); }
void lambda(timer &t, pool &workers) {
  auto f = [&]() -> task<> {
    co_await resume_on(workers);
    t.cancel(); // warn: affinity-lost "cancel"
  };
  auto started = f(); // warn: unawaited-variable "'started'"
}
#define ON_POOL(p) co_await resume_on(p)
task<> macro(timer &t, pool &workers) {
  ON_POOL(workers);
  t.cancel(); // warn: affinity-lost "cancel"
}
task<> comma(timer &t, pool &workers) {
  co_await resume_on(workers), t.cancel(); // warn: affinity-lost "cancel"
}

// --- Silent --------------------------------------------------------------------------------------------------------

task<> before(timer &t, pool &workers) {
  t.cancel();
  co_await resume_on(workers);
}
task<> and_back(timer &t, pool &workers, loop &l) {
  co_await resume_on(workers);
  co_await resume_on(l);
  t.cancel();
}
task<> one_path(timer &t, pool &workers) {
  if (choose()) co_await resume_on(workers);
  t.cancel(); // perhaps
}
task<> other_branch(timer &t, pool &workers) {
  if (choose()) {
    co_await resume_on(workers);
    co_return;
  }
  t.cancel();
}
task<> made_there(loop &l, pool &workers) {
  co_await resume_on(workers);
  timer t(l);
  t.cancel();
}
task<> posted(timer &t, loop &l, pool &workers) {
  co_await resume_on(workers);
  post(l, [&] { t.cancel(); });
}
task<> safe_member(timer &t, pool &workers) {
  co_await resume_on(workers);
  auto executor = t.get_executor();
}
task<> after_something_else(timer &t, pool &workers) {
  co_await resume_on(workers);
  co_await fetch(); // who knows where that goes on
  t.cancel();
}
task<> never_awaited(timer &t, pool &workers) {
  auto hop = resume_on(workers);
  t.cancel();
  co_await std::move(hop);
}
task<> runs_on_pool(timer &t, pool &workers) {
  co_await resume_on(workers);
  t.cancel(); // the whole coroutine was given to the pool, and perhaps the timer with it
}
void give(timer &t, pool &workers) { co_spawn(workers, runs_on_pool(t, workers), detached); }
task<> unknown_origin(timer *(*find)(), pool &workers) {
  co_await resume_on(workers);
  find()->cancel();
}
task<> goes_on_in_handler(timer &t, pool &workers, loop &l) {
  co_await resume_on(workers);
  try {
    co_await fetch();
  } catch (...) {
  }
  co_await resume_on(l);
  t.cancel();
}

// --- Written before the hop to the loop ----------------------------------------------------------------------------

struct page : std::enable_shared_from_this<page> {
  int settings = 0;
  std::atomic<int> counter = 0;
  const int fixed = 1;
  std::mutex m;
  loop &ui;
  pool &background;
  void draw(int);

  task<> update(int value) {
    settings = value; // warn: affinity-lost "'settings' is written before the coroutine hops to the loop that uses it; the coroutine may still be on another thread"
    co_await resume_on(ui); // note: "'app::resume_on' moves the coroutine to the loop, where 'settings' is used"
    draw(settings);
  }
  task<> through_weak(int value) {
    this->settings = value; // warn: affinity-lost "'settings'"
    std::weak_ptr<page> weak = weak_from_this();
    co_await resume_on(ui);
    if (auto self = weak.lock()) self->draw(self->settings);
  }
  task<> counts() {
    ++settings; // warn: affinity-lost "'settings'"
    settings += 2; // warn: affinity-lost "'settings'"
    co_await resume_on(ui);
    if (settings > 3) draw(0);
  }
  task<> behind_await() {
    settings = co_await fetch(); // warn: affinity-lost "'settings'"
    co_await resume_on(ui);
    draw(settings);
  }
  task<> written_behind(int value) {
    co_await resume_on(ui);
    settings = value;
    draw(settings);
  }
  task<> not_used(int value) {
    settings = value;
    co_await resume_on(ui);
    draw(0);
  }
  task<> from_background(int value) {
    co_await resume_on(background);
    settings = value; // the coroutine says that it knows where it is
    co_await resume_on(ui);
    draw(settings);
  }
  task<> local(int value) {
    int copy = value;
    copy = value + 1;
    co_await resume_on(ui);
    draw(copy);
  }
  task<> atomic() {
    counter = 1;
    ++counter;
    co_await resume_on(ui);
    draw(counter + fixed);
  }
  task<> locked(int value) {
    {
      std::lock_guard lock(m);
      settings = value;
    }
    co_await resume_on(ui);
    draw(settings);
  }
  task<> other_path(int value) {
    if (choose()) {
      settings = value;
      co_return;
    }
    co_await resume_on(ui);
    draw(settings);
  }
};

// --- Imperfections -------------------------------------------------------------------------------------------------

mock::lazy_task<> hops_for_others(pool &workers) { co_await resume_on(workers); }
task<> wrapped(timer &t, pool &workers) {
  co_await hops_for_others(workers);
  t.cancel(); // missed alarm: affinity-lost
}
void uses(timer &t) { t.cancel(); }
task<> in_callee(timer &t, pool &workers) {
  co_await resume_on(workers);
  uses(t); // missed alarm: affinity-lost
}
