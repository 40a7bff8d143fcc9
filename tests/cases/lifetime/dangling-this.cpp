// A detached member coroutine whose object can end first.
#include <functional>
#include <memory>
#include <string>
#include <task.h>
#include <utility>
#include <vector>

using mock::eager_task;
using mock::lazy_task;

struct fire_and_forget {
  struct promise_type : mock::eager {
    fire_and_forget get_return_object();
    std::suspend_never final_suspend() noexcept;
    void return_void();
  };
};

lazy_task<> step();
template <class T> [[clang::annotate("coroguard::sink")]] void spawn(lazy_task<T> task);
template <class T> void sync_wait(lazy_task<T> task);

struct session {
  ~session();
  lazy_task<> run() {
    co_await step();
    ++count; // note: "the coroutine uses its object here"
  }
  eager_task<> started() { co_await step(), ++count; }
  fire_and_forget detached() { co_await step(), ++count; }
  fire_and_forget counts_first() { ++count, co_await step(); }
  lazy_task<> uses_nothing() { co_await step(); }
  int count = 0;
};
struct shared_session : std::enable_shared_from_this<shared_session> {
  lazy_task<> run() { co_await step(), ++count; }
  eager_task<> started() { co_await step(), ++count; }
  eager_task<> kept() {
    auto self = shared_from_this();
    co_await step();
    ++count;
  }
  lazy_task<> given(std::shared_ptr<shared_session>) { co_await step(), ++count; }
  int count = 0;
};

// --- The plain bug -------------------------------------------------------------------------------------------------

void start() {
  session local; // note: "declared here"
  spawn(local.run()); // warn: dangling-this "'local' ends with 'start'; nobody waits for 'session::run', which goes on using it"
}

// --- Spellings -----------------------------------------------------------------------------------------------------

void eager() {
  session local;
  (void)local.started(); // warn: dangling-this "'local'"
}
void fires() {
  session local;
  local.detached(); // warn: dangling-this "'local'"
}
void temporary() {
  session().detached(); // warn: dangling-this "the object of 'session::detached' ends with this statement"
}
void parameter(session by_value) {
  by_value.detached(); // warn: dangling-this "'by_value'"
}
void last_owner(std::shared_ptr<shared_session> owner) {
  spawn(owner->run()); // warn: dangling-this "'owner' ends with 'last_owner'; nobody waits for 'shared_session::run', which uses the object and does not keep it"
}
void made_here() {
  auto owner = std::make_shared<shared_session>();
  (void)owner->started(); // warn: dangling-this "'owner'"
}
void only_asked() {
  auto owner = std::make_shared<shared_session>();
  auto task = owner->started(); // warn: dangling-this "'owner'"
  (void)bool(task);
}
void unique() {
  auto owner = std::make_unique<session>();
  owner->detached(); // warn: dangling-this "'owner'"
}
void temporary_owner() {
  spawn(std::make_shared<shared_session>()->run()); // warn: dangling-this "the object of 'shared_session::run' ends with this statement"
}
struct takes_itself_late : std::enable_shared_from_this<takes_itself_late> {
  lazy_task<> run() {
    auto self = shared_from_this();
    co_await step();
    ++count;
  }
  int count = 0;
};
void others_may_own_it(std::shared_ptr<takes_itself_late> owner) { spawn(owner->run()); }
void begins_too_late() {
  auto owner = std::make_shared<takes_itself_late>();
  spawn(owner->run()); // warn: dangling-this "'owner' ends with 'begins_too_late'; nobody waits for 'takes_itself_late::run', which would keep the object, but has not begun"
}
struct window : std::enable_shared_from_this<window> {
  fire_and_forget on_click() {
    ++clicks;
    co_await step(); // note: "suspended here for the first time"
    ++clicks; // warn: dangling-this "'this' is used behind a suspension of 'window::on_click'; nobody waits for it, and nothing in its frame keeps the object"
  }
  int clicks = 0;
};

// --- Silent ----------------------------------------------------------------------------------------------------------

void waited_for() {
  session local;
  sync_wait(local.run());
}
lazy_task<> awaited() {
  session local;
  co_await local.run();
}
lazy_task<> awaited_later() {
  session local;
  auto task = local.run();
  co_await std::move(task);
}
void done_in_time() {
  session local;
  local.counts_first();
  spawn(local.uses_nothing());
}
void keeps_itself() {
  auto owner = std::make_shared<shared_session>();
  (void)owner->kept();
  spawn(owner->given(owner));
}
void somebody_elses(session &theirs, const std::shared_ptr<shared_session> &owner) {
  theirs.detached();
  spawn(owner->run());
}
void kept_elsewhere(std::vector<std::shared_ptr<shared_session>> &all) {
  auto owner = std::make_shared<shared_session>();
  all.push_back(owner);
  spawn(owner->run());
}
void statics() {
  static session only;
  only.detached();
}
void moved(std::vector<std::unique_ptr<session>> &all) {
  auto owner = std::make_unique<session>();
  owner->detached();
  all.push_back(std::move(owner));
}
struct careful : std::enable_shared_from_this<careful> {
  fire_and_forget strong() {
    auto self = shared_from_this();
    co_await step();
    ++clicks;
  }
  fire_and_forget weak() {
    auto maybe = weak_from_this();
    co_await step();
    if (auto self = maybe.lock()) ++clicks;
  }
  fire_and_forget early() {
    ++clicks;
    co_await step();
  }
  lazy_task<> not_detached() { co_await step(), ++clicks; }
  int clicks = 0;
};
struct unshared { // lives as long as its window
  fire_and_forget on_click() { co_await step(), ++clicks; }
  void start() { on_click(); }
  int clicks = 0;
};

// A value whose destructor ends the coroutine, and which dies first.
struct owning {
  struct promise_type : mock::eager {
    owning get_return_object();
    std::suspend_always final_suspend() noexcept;
    void return_void();
  };
  explicit owning(std::coroutine_handle<> h);
  owning(owning &&);
  ~owning();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct connection {
  ~connection();
  owning connect() { co_await step(), ++count; }
  int count = 0;
};
lazy_task<> drops_the_value_first() {
  connection c;
  owning connecting = c.connect();
  co_return;
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

void behind_pointer() {
  session local;
  session *pointer = &local;
  pointer->detached(); // missed alarm: dangling-this
}
void behind_reference() {
  session local;
  session &same = local;
  auto owner = std::make_shared<session>();
  same.detached(); // warn: dangling-this "'local'"
  owner->detached(); // warn: dangling-reference-argument "'owner' dies before"
}
