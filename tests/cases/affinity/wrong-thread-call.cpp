// for: std asio
// An object of the event loop, used on a thread that does not run the loop.
#include <functional>
#include <future>
#include <lib.h>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

// --- The plain bug -------------------------------------------------------------------------------------------------

struct server {
  timer deadline;
  void watch() {
    std::thread([this] { // note: "'std::thread' runs 'lambda in server::watch' on another thread"
      deadline.cancel(); // warn: wrong-thread-call "cancel' is called on a thread that does not run the event loop"
    }).detach();
  }
};

// --- How the thread starts -------------------------------------------------------------------------------------------

void starters(timer &t, pool &workers) {
  std::thread named([&] { t.cancel(); });                    // warn: wrong-thread-call "cancel' is called on a thread"
  std::jthread joined([&] { t.cancel(); });                  // warn: wrong-thread-call "cancel"
  std::jthread with_token([&](std::stop_token) { t.cancel(); }); // warn: wrong-thread-call "cancel"
  auto result = std::async([&] { t.cancel(); });             // warn: wrong-thread-call "cancel"
  auto policy = std::async(std::launch::async, [&] { t.cancel(); }); // warn: wrong-thread-call "cancel"
  post(workers, [&] { t.cancel(); });                        // warn: wrong-thread-call "cancel"
  std::thread braced{[&] { t.cancel(); }};                   // warn: wrong-thread-call "cancel"
  auto assigned = std::thread([&] { t.cancel(); });          // warn: wrong-thread-call "cancel"
  named = std::thread([&] { t.cancel(); });                  // warn: wrong-thread-call "cancel"
  auto *heap = new std::thread([&] { t.cancel(); });         // warn: wrong-thread-call "cancel"
  auto stored = [&] { t.cancel(); };                         // warn: wrong-thread-call "cancel"
  std::thread later(stored);
  std::thread moved(std::move(stored));
  auto returns = [&] { return [&] { t.cancel(); }; };
  std::thread nested([&] { [&] { t.cancel(); }(); });        // warn: wrong-thread-call "cancel"
  std::thread([&] { std::thread([&] { t.cancel(); }).detach(); }).detach(); // warn: wrong-thread-call "cancel"
}

// --- What runs there --------------------------------------------------------------------------------------------------

void free_function(timer &t) {
  t.cancel(); // warn: wrong-thread-call "cancel"
}
void by_pointer(timer *t) {
  t->cancel(); // warn: wrong-thread-call "cancel"
}
void second_parameter(int, timer &t) {
  t.cancel(); // warn: wrong-thread-call "cancel"
}
struct client {
  timer t;
  static timer shared;
  void run() {
    t.cancel(); // warn: wrong-thread-call "cancel"
  }
  void run_with(int) {
    t.cancel(); // warn: wrong-thread-call "cancel"
  }
  static void run_static(client *c) {
    c->t.cancel(); // warn: wrong-thread-call "cancel"
  }
  static void run_shared() {
    shared.cancel(); // warn: wrong-thread-call "cancel"
  }
  virtual void overridden() {
    t.cancel(); // warn: wrong-thread-call "cancel"
  }
  void start() {
    std::thread(&client::run, this).detach();
    std::thread(&client::run_with, this, 1).detach();
    std::thread(&client::run_static, this).detach();
    std::thread(run_shared).detach();
    std::thread(&client::overridden, this).detach();
  }
};
struct bound {
  timer t;
  void run() {
    t.cancel(); // warn: wrong-thread-call "cancel"
  }
  void run_front() {
    t.cancel(); // warn: wrong-thread-call "cancel"
  }
};
timer global_timer{*static_cast<loop *>(nullptr)};
void uses_global() {
  global_timer.cancel(); // warn: wrong-thread-call "cancel"
}

void callables(timer &t, pool &workers, bound &b) {
  std::thread(free_function, std::ref(t)).detach();
  std::thread(by_pointer, &t).detach();
  std::thread(&second_parameter, 1, std::ref(t)).detach();
  std::thread(uses_global).detach();
  std::thread(std::bind(&bound::run, &b)).detach();
  std::async(std::bind_front(&bound::run_front, &b));
}

// --- How the object gets there -----------------------------------------------------------------------------------------

struct session : std::enable_shared_from_this<session> {
  timer t;
  std::shared_ptr<timer> shared;
  std::unique_ptr<timer> owned;
  timer *raw;
  timer &reference;
  std::vector<timer> several;
  std::optional<timer> maybe;
  struct { timer inner; } nested;
  void start() {
    std::thread([this] { t.cancel(); }).detach();            // warn: wrong-thread-call "cancel"
    std::thread([this] { this->t.cancel(); }).detach();      // warn: wrong-thread-call "cancel"
    std::thread([=, this] { t.cancel(); }).detach();         // warn: wrong-thread-call "cancel"
    std::thread([&] { t.cancel(); }).detach();               // warn: wrong-thread-call "cancel"
    std::thread([self = this] { self->t.cancel(); }).detach();              // warn: wrong-thread-call "cancel"
    std::thread([&t = t] { t.cancel(); }).detach();          // warn: wrong-thread-call "cancel"
    std::thread([t = &t] { t->cancel(); }).detach();         // warn: wrong-thread-call "cancel"
    std::thread([this] { shared->cancel(); }).detach();      // warn: wrong-thread-call "cancel"
    std::thread([this] { (*shared).cancel(); }).detach();    // warn: wrong-thread-call "cancel"
    std::thread([this] { owned->cancel(); }).detach();       // warn: wrong-thread-call "cancel"
    std::thread([this] { owned.get()->cancel(); }).detach(); // warn: wrong-thread-call "cancel"
    std::thread([this] { raw->cancel(); }).detach();         // warn: wrong-thread-call "cancel"
    std::thread([this] { (*raw).cancel(); }).detach();       // warn: wrong-thread-call "cancel"
    std::thread([this] { reference.cancel(); }).detach();    // warn: wrong-thread-call "cancel"
    std::thread([this] { nested.inner.cancel(); }).detach(); // warn: wrong-thread-call "cancel"
    std::thread([copy = shared] { copy->cancel(); }).detach(); // warn: wrong-thread-call "cancel"
    std::thread([copy = raw] { copy->cancel(); }).detach();  // warn: wrong-thread-call "cancel"
    std::thread([this] {
      auto &alias = t;
      alias.cancel();                                        // warn: wrong-thread-call "cancel"
      timer *pointer = &t;
      pointer->cancel();                                     // warn: wrong-thread-call "cancel"
      auto &&forwarded = *this;
      forwarded.t.cancel();                                  // warn: wrong-thread-call "cancel"
    }).detach();
  }
  void start_shared() {
    auto self = shared_from_this();
    std::thread([self] { self->t.cancel(); }).detach();       // warn: wrong-thread-call "cancel"
    std::thread([self = shared_from_this()] { self->t.cancel(); }).detach(); // warn: wrong-thread-call "cancel"
    std::thread([this, self] { t.cancel(); }).detach();       // warn: wrong-thread-call "cancel"
  }
};

// In containers and owners of the standard library.
struct collections {
  std::vector<timer> several;
  std::optional<timer> maybe;
  std::unique_ptr<timer> owned;
  std::weak_ptr<timer> weak;
  timer array[2];
  void start() {
    std::thread([this] {
      array[1].cancel();                         // warn: wrong-thread-call "cancel"
      several[0].cancel();                       // warn: wrong-thread-call "cancel"
      several.front().cancel();                  // warn: wrong-thread-call "cancel"
      several.at(1).cancel();                    // warn: wrong-thread-call "cancel"
      for (timer &each : several) each.cancel(); // warn: wrong-thread-call "cancel"
      for (timer &each : array) each.cancel();   // warn: wrong-thread-call "cancel"
      maybe->cancel();                           // warn: wrong-thread-call "cancel"
      maybe.value().cancel();                    // warn: wrong-thread-call "cancel"
      (*maybe).cancel();                         // warn: wrong-thread-call "cancel"
      owned->cancel();                           // warn: wrong-thread-call "cancel"
      weak.lock()->cancel();                     // warn: wrong-thread-call "cancel"
      if (auto locked = weak.lock()) locked->cancel(); // warn: wrong-thread-call "cancel"
    }).detach();
  }
};

void locals(loop &l, timer *p, std::shared_ptr<timer> shared, timer &parameter) {
  timer mine(l);
  timer &alias = mine;
  timer *pointer = &mine;
  std::thread([&mine] { mine.cancel(); }).join();       // warn: wrong-thread-call "cancel"
  std::thread([&] { mine.cancel(); }).join();           // warn: wrong-thread-call "cancel"
  std::thread([&x = mine] { x.cancel(); }).join();      // warn: wrong-thread-call "cancel"
  std::thread([x = &mine] { x->cancel(); }).join();     // warn: wrong-thread-call "cancel"
  std::thread([&] { alias.cancel(); }).join();          // warn: wrong-thread-call "cancel"
  std::thread([pointer] { pointer->cancel(); }).join(); // warn: wrong-thread-call "cancel"
  std::thread([p] { p->cancel(); }).join();             // warn: wrong-thread-call "cancel"
  std::thread([=] { p->cancel(); }).join();             // warn: wrong-thread-call "cancel"
  std::thread([shared] { shared->cancel(); }).join();   // warn: wrong-thread-call "cancel"
  std::thread([&parameter] { parameter.cancel(); }).join(); // warn: wrong-thread-call "cancel"
  std::thread([s = std::move(shared)] { s->cancel(); }).join(); // warn: wrong-thread-call "cancel"
  std::thread([&] { mine.expires_after(1ms), mine.cancel(); }).join(); // warn: wrong-thread-call "expires_after" // warn: wrong-thread-call "cancel"
  timer *copied = pointer;
  std::thread([=] { copied->cancel(); }).join();        // warn: wrong-thread-call "cancel"
  static timer kept(l);
  std::thread([] { kept.cancel(); }).join();            // warn: wrong-thread-call "cancel"
}

// Every thread has its own, or makes it first.
thread_local timer *own_timer;
void own_objects(loop &l) {
  std::thread([] { own_timer->cancel(); }).join();
  std::thread([&l] {
    static timer first(l);
    first.cancel();
  }).join();
}

// Runs on whoever asks for the result.
auto deferred(timer &t) { return std::async(std::launch::deferred, [&t] { t.cancel(); }); }
auto launched(timer &t) {
  return std::async(std::launch::async, [&t] { t.cancel(); }); // warn: wrong-thread-call "cancel"
}

// --- Through accessors of the program's own ------------------------------------------------------------------------------

struct accessors {
  timer array[2];
  std::unique_ptr<timer> owned;
  std::shared_ptr<timer> shared;
  struct inner {
    timer t;
    timer &get() { return t; }
  } nested;
  timer &get() { return array[0]; }
  timer *pointer() { return &array[0]; }
  std::shared_ptr<timer> copy() { return shared; }
  inner &in() { return this->nested; }
  static timer &of(accessors &a) { return a.array[1]; }
  timer made();
  timer &unknown();
  virtual timer &overridden() { return array[0]; }
  timer fresh(loop &l) { return timer(l); }
  static accessors make();
  void start(loop &l) {
    std::thread([this, &l] {
      get().cancel();         // warn: wrong-thread-call "cancel"
      pointer()->cancel();    // warn: wrong-thread-call "cancel"
      copy()->cancel();       // warn: wrong-thread-call "cancel"
      in().get().cancel();    // warn: wrong-thread-call "cancel"
      in().t.cancel();        // warn: wrong-thread-call "cancel"
      of(*this).cancel();     // warn: wrong-thread-call "cancel"
      auto &alias = get();
      alias.cancel();         // warn: wrong-thread-call "cancel"
      made().cancel();
      fresh(l).cancel();
      unknown().cancel();
      overridden().cancel();
    }).detach();
  }
  void own() {
    std::thread([] {
      accessors mine = make();
      mine.get().cancel();
      of(mine).cancel();
    }).detach();
  }
};
timer &the_timer() { return global_timer; }
timer &first_use(loop &l) {
  static timer made(l);
  return made;
}
void global_accessor(loop &l) {
  std::thread([&l] {
    the_timer().cancel(); // warn: wrong-thread-call "cancel"
    first_use(l).cancel();
  }).detach();
}

// --- Through helpers -----------------------------------------------------------------------------------------------------

void stop(timer &t) {
  t.cancel(); // warn: wrong-thread-call "cancel"
}
void stop_pointer(timer *t) {
  t->cancel(); // warn: wrong-thread-call "cancel"
}
void stop_third(int, timer &t) {
  t.cancel(); // warn: wrong-thread-call "cancel"
}
void stop_later(timer &t) {
  stop_third(0, t); // note: "'stop_later' calls 'stop_third'"
}
struct room {
  timer t;
  void close() {
    t.cancel(); // warn: wrong-thread-call "cancel"
  }
  void shut() {
    close(); // note: "'room::shut' calls 'room::close'"
  }
  void watch() {
    std::thread([this] { // note: "runs 'lambda in room::watch' on another thread"
      shut(); // note: "'lambda in room::watch' calls 'room::shut'"
    }).detach();
  }
};
template <class T> void stop_any(T &t) {
  t.cancel(); // warn: wrong-thread-call "cancel"
}
void recursive(int n, timer &t) {
  if (n > 0) return recursive(n - 1, t);
  t.cancel(); // warn: wrong-thread-call "cancel"
}
void helpers(timer &t, timer *p) {
  std::thread([&] { // warn: dangling-spawn-capture "'p'"
    stop(t);
    stop_pointer(p);
    stop_later(t);
    stop_any(t);
    recursive(3, t);
    auto local = [&] { t.cancel(); }; // warn: wrong-thread-call "cancel"
    local();
  }).detach();
}

// --- Silent: handed back to the loop ---------------------------------------------------------------------------------------

void stop_only_on_loop(timer &t) { t.cancel(); }
void handed_back(timer &t, loop &l, pool &workers) {
  std::thread([&] { post(l, [&] { t.cancel(); }); }).detach();
  std::thread([&] { post(t.get_executor(), [&] { t.cancel(); }); }).detach();
  post(workers, [&] { post(l, [&] { t.cancel(); }); });
  std::thread([&] { post(l, [&] { stop_only_on_loop(t); }); }).detach();
}

// Silent: any thread may call it.
void thread_safe(timer &t, loop &l) {
  std::thread([&] { t.get_executor(); }).detach();
  std::thread([&] { l.stop(); }).detach();
}

// Silent: the object belongs to the thread.
loop &loop_of_thread();
void own_of_thread(timer t) { t.cancel(); }
void own_by_value(timer t) {
  auto inner = [&] { t.cancel(); };
  inner();
}
timer make();
void helper_for_own(timer &t) { t.cancel(); }
struct own_client {
  timer t;
  void run() { t.cancel(); }
};
void own_by_reference(const own_client &c) { const_cast<own_client &>(c).run(); }
void own_pointer(std::unique_ptr<timer> t) { t->cancel(); }
void copies(own_client c, own_client d, own_client e, std::unique_ptr<timer> p, std::unique_ptr<timer> q,
            std::vector<timer> v, std::optional<timer> o) {
  std::thread(&own_client::run, std::move(c)).detach();
  std::thread(std::bind(&own_client::run, std::move(d))).detach();
  std::thread(own_by_reference, std::move(e)).detach();
  std::thread([p = std::move(p)] { p->cancel(); }).detach();
  std::thread(own_pointer, std::move(q)).detach();
  std::thread([v = std::move(v)]() mutable { v[0].cancel(), v.front().cancel(); }).detach();
  std::thread([o = std::move(o)]() mutable { o->cancel(); }).detach();
}
void own(loop &l, timer t, timer u) {
  std::thread([&] {
    timer mine(l);
    mine.cancel();
    timer &alias = mine;
    alias.cancel();
    auto heap = std::make_unique<timer>(l);
    heap->cancel();
    timer(l).cancel();
    make().cancel();
    helper_for_own(mine);
    [&] { mine.cancel(); }();
  }).detach();
  std::thread([t = std::move(t)]() mutable { t.cancel(); }).detach();
  std::thread([t = std::move(u)]() mutable {
    timer &alias = t;
    alias.cancel();
  }).detach();
  std::thread(own_of_thread, make()).detach();
  std::thread(own_by_value, make()).detach();
  std::thread([](timer given) { given.cancel(); }, make()).detach();
}

// Silent: no other thread.
struct on_loop {
  timer t;
  void stop() { t.cancel(); }
  task<> run() {
    t.expires_after(1ms);
    co_await t.async_wait(use_awaitable);
    stop();
  }
  void not_started() {
    auto unused = [this] { t.cancel(); };
    auto here = [this] { t.cancel(); };
    here();
    std::invoke([this] { t.cancel(); });
  }
  void other_threads() {
    std::thread([] {}).detach();
    std::thread([this] { work(); }).detach();
    t.cancel();
  }
  void work();
};
void loops_only(loop &l, on_loop &o) {
  post(l, [&] { o.stop(); });
  co_spawn(l, o.run(), detached);
}

// Silent: a coroutine on a pool may have been resumed elsewhere before it comes to the call.
task<> on_pool(timer &t) {
  t.cancel();
  co_return;
}
void start_on_pool(pool &workers, timer &t) { co_spawn(workers, on_pool(t), detached); }

// Silent: making a coroutine on a thread is not running it.
task<> expires(timer &t) {
  t.cancel();
  co_return;
}
void make_on_thread(timer &t, loop &l) {
  std::thread([&] { co_spawn(l, expires(t), detached); }).detach();
}

// Silent: not evaluated.
void unevaluated(timer &t) {
  std::thread([&] {
    using type = decltype(t.cancel());
    (void)sizeof(t.cancel());
    (void)noexcept(t.cancel());
  }).detach();
}

// Silent: where the object comes from is not known.
timer &find(int);
timer *look_up(int);
void unknown_origin() {
  std::thread([] {
    find(1).cancel();
    look_up(1)->cancel();
    auto *p = look_up(1);
    p->cancel();
  }).detach();
}

// --- Imperfections -----------------------------------------------------------------------------------------------------------

// A callable object of one's own: what its copy refers to is not followed.
struct functor {
  timer &t;
  void operator()() const { t.cancel(); } // missed alarm: wrong-thread-call
};
void run_functor(timer &t) { std::thread(functor{t}).detach(); }
