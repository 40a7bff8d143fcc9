// A temporary or local variable lent to a task that outlives it.
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <task.h>
#include <utility>
#include <vector>

using mock::eager_task;
using mock::generator;
using mock::lazy_task;

struct config {
  int retries = 0;
  std::string name;
};
struct handle { // of a task that has been started
  handle(handle &&);
  ~handle();
  bool ready() const;
};
struct task_group {
  void spawn(lazy_task<> task);
  handle start(lazy_task<> task);
  lazy_task<> join();
};
struct executor {};
struct started_task {
  handle start() &&;
  mock::scheduled_start operator co_await() &&;
};
started_task schedule_on(executor &, lazy_task<int>);
void detach(lazy_task<> task);
template <class T> T sync_wait(lazy_task<T> task);
template <class... Tasks> lazy_task<> when_all(Tasks... tasks);
std::string text();
config load();
bool flag();

lazy_task<int> count_words(const std::string &text) { co_return text.size(); } // note: "'count_words' uses it here, as 'text'"
lazy_task<int> parse(std::string_view view) { co_return view.size(); }
lazy_task<> change(config &settings) { settings.retries = 1; co_return; }
lazy_task<> apply(const config &settings) { (void)settings.retries; co_return; }
lazy_task<> sum(std::span<const int> values) { (void)values.size(); co_return; }
lazy_task<> list(std::initializer_list<int> values) { (void)values.size(); co_return; }
lazy_task<> use(std::reference_wrapper<config> settings) { settings.get().retries = 1; co_return; }
lazy_task<> fill(int *result) { *result = 1; co_return; }
lazy_task<> shared(const std::shared_ptr<config> &owner) { owner->retries = 1; co_return; }
lazy_task<> with_default(const config &settings = {}) { (void)settings.retries; co_return; }
lazy_task<> own(std::string text) { (void)text; co_return; }
lazy_task<> declared_only(const config &settings);
lazy_task<> ignores(const std::string &) { co_return; }
/// A future that lets its work go on when it is dropped.
struct future : mock::task_base<void> {
  struct promise_type {
    future get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};
future background(const std::string &text) { co_await declared_only({}); (void)text.size(); }
eager_task<> late(const std::string &text) { co_await declared_only({}); (void)text.size(); }
eager_task<> early(const std::string &text) { (void)text.size(); co_await declared_only({}); }
eager_task<> in_first_await(const std::string &text) { co_await own(text); }
struct client {
  std::string host;
  lazy_task<> run() { (void)host.size(); co_return; }
  lazy_task<> consume() && { co_return; }
};

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<int> count() {
  auto words = count_words(text()); // warn: dangling-reference-argument "a temporary dies at the end of this statement; the task of 'count_words()' in 'words' still refers to it"
  co_return co_await std::move(words);
}

// --- Spellings: temporaries -------------------------------------------------------------------------------------------

lazy_task<int> converted() {
  auto words = count_words("literal"); // warn: dangling-reference-argument "a temporary dies"
  co_return co_await std::move(words);
}
lazy_task<int> view_of_temporary() {
  auto task = parse(text()); // warn: dangling-reference-argument "a temporary dies"
  co_return co_await std::move(task);
}
lazy_task<int> moved_by_name() {
  lazy_task<int> task = parse(text() + "x"); // warn: dangling-reference-argument "a temporary dies"
  co_return co_await std::move(task);
}
lazy_task<> default_argument() {
  auto task = with_default(); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(task);
}
lazy_task<> braces() {
  auto task = apply({}); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(task);
}
lazy_task<> an_initializer_list() {
  auto task = list({1, 2, 3}); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(task);
}
lazy_task<int> ternary(std::string given) {
  auto task = count_words(flag() ? given : text()); // warn: dangling-reference-argument "a temporary dies"
  co_return co_await std::move(task);
}
lazy_task<> object() {
  auto task = client{"host"}.run(); // warn: dangling-reference-argument "a temporary dies at the end of this statement; the task of 'client::run()' in 'task'"
  co_await std::move(task);
}
void spawned(task_group &group) {
  group.spawn(apply(load())); // warn: dangling-reference-argument "a temporary dies at the end of this statement; the task of 'apply()' given to 'task_group::spawn()' still refers to it"
}
void given_away() {
  detach(apply(config())); // warn: dangling-reference-argument "given to 'detach()'"
}
void chained(executor &where) {
  auto later = schedule_on(where, count_words("x")).start(); // warn: dangling-reference-argument "a temporary dies"
  (void)later.ready();
}
lazy_task<> collected() {
  std::vector<lazy_task<>> tasks;
  tasks.push_back(apply(load())); // warn: dangling-reference-argument "the task of 'apply()' in 'tasks'"
  for (auto &task : tasks) co_await std::move(task);
}
struct keeper {
  std::vector<lazy_task<>> tasks;
  lazy_task<> last;
  void add() { tasks.push_back(apply(load())); } // warn: dangling-reference-argument "a temporary dies"
  void set() { last = apply(load()); } // warn: dangling-reference-argument "a temporary dies"
};
lazy_task<> assigned() {
  std::optional<lazy_task<>> task;
  task = apply(load()); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(*task);
}
lazy_task<> adapted() {
  auto both = when_all(apply(load()), own("x")); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(both);
}
void dropped() {
  background(text()); // warn: dangling-reference-argument "the task of 'background()' still refers to it"
}
eager_task<> kept_eager() {
  auto task = late("text"); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(task);
}
lazy_task<int> through_lambda() {
  auto task = [](const std::string &s) -> lazy_task<int> { co_return s.size(); }(text()); // warn: dangling-reference-argument "a temporary dies"
  co_return co_await std::move(task);
}
lazy_task<int> through_function(const std::function<lazy_task<int>(const std::string &)> &f) {
  auto task = f(text()); // warn: dangling-reference-argument "a temporary dies at the end of this statement; the task of 'f()' in 'task'"
  co_return co_await std::move(task);
}
lazy_task<int> through_pointer(lazy_task<int> (*f)(const std::string &)) {
  auto task = f(text()); // warn: dangling-reference-argument "a temporary dies"
  co_return co_await std::move(task);
}
lazy_task<> not_seen() {
  auto task = declared_only(load()); // warn: dangling-reference-argument "a temporary dies"
  co_await std::move(task);
}

// --- Spellings: locals -----------------------------------------------------------------------------------------------

void local(task_group &group) {
  config settings; // note: "'settings' is declared here"
  group.spawn(change(settings)); // warn: dangling-reference-argument "'settings' dies before the task of 'change()' given to 'task_group::spawn()' is done; the task still refers to it"
} // note: "dies here"
void parameter(task_group &group, std::string name) {
  group.spawn([](const std::string &s) -> lazy_task<> { (void)s.size(); co_return; }(name)); // warn: dangling-reference-argument "'name' dies before"
}
void pointer(task_group &group) {
  int result = 0;
  group.spawn(fill(&result)); // warn: dangling-reference-argument "'result' dies before"
}
void array(task_group &group) {
  int buffer[4] = {};
  group.spawn(sum(buffer)); // warn: dangling-reference-argument "'buffer' dies before"
}
void wrapped(task_group &group) {
  config settings;
  group.spawn(use(std::ref(settings))); // warn: dangling-reference-argument "'settings' dies before"
}
void bound(task_group &group) {
  auto [retries, name] = load();
  group.spawn([](std::string &s) -> lazy_task<> { s.clear(); co_return; }(name)); // warn: dangling-reference-argument "dies before"
}
lazy_task<> accept(task_group &group) {
  while (flag()) {
    auto peer = std::make_shared<config>();
    co_await own("next");
    group.spawn(shared(peer)); // warn: dangling-reference-argument "'peer' dies before the task of 'shared()'"
  }
}

lazy_task<> background_of(std::string_view text) { (void)text; co_return; }

// --- To functions that only say whether they took it ------------------------------------------------------------------

struct pool {
  bool submit(lazy_task<> task);
  int add(lazy_task<> task);
  [[clang::annotate("coroguard::sink")]] bool spawn_detached(lazy_task<> task);
  void run(lazy_task<> task);
};
void taken(pool &p) {
  config settings;
  p.submit(change(settings)); // warn: dangling-reference-argument "'settings' dies before the task of 'change()' given to 'pool::submit()'"
}
bool taken_perhaps(pool &p) {
  config settings;
  return p.add(change(settings)) != 0; // warn: dangling-reference-argument "'settings' dies before"
}
void modelled(pool &p) {
  p.spawn_detached(apply(load())); // warn: dangling-reference-argument "given to 'pool::spawn_detached()'" // note: "the task is given to 'pool::spawn_detached()' here"
}
void by_pool(pool &p) {
  p.run(apply(load())); // warn: dangling-reference-argument "given to 'pool::run()'"
}

void each_of_a_local(pool &p) {
  std::vector<std::string> all{text()}; // note: "'all' is declared here"
  for (auto &each : all) p.submit(background_of(each)); // warn: dangling-reference-argument "'all' dies before the task of 'background_of()'"
}
void each_of_others(pool &p, std::vector<std::string> &all, std::span<std::string> some) {
  for (auto &each : all) p.submit(background_of(each));
  for (auto &each : some) p.submit(background_of(each));
}
void each_pointer(pool &p) {
  std::vector<const char *> all{"a", "b"};
  const char *some[] = {"a", "b"};
  struct named { const char *name; } one{"a"};
  for (auto *each : all) p.submit(background_of(each));
  p.submit(background_of(some[0]));
  p.submit(background_of(one.name));
}
lazy_task<> each_joined(task_group &group) {
  std::vector<std::string> all{text()};
  for (auto &each : all) group.spawn(background_of(each));
  co_await group.join();
}

// --- The object of a member coroutine ---------------------------------------------------------------------------------

void object_in_group(task_group &group) {
  client local{"host"}; // note: "'local' is declared here"
  group.spawn(local.run()); // warn: dangling-reference-argument "'local' dies before the task of 'client::run()' given to 'task_group::spawn()'"
}
void object_in_container(std::vector<lazy_task<>> &tasks) {
  for (int i = 0; i < 3; ++i) {
    client local{"host"};
    tasks.push_back(local.run()); // warn: dangling-reference-argument "'local' dies before"
  }
}
void owned_object(std::vector<lazy_task<>> &tasks) {
  auto local = std::make_unique<client>();
  tasks.push_back(local->run()); // warn: dangling-reference-argument "'local' dies before"
}
lazy_task<> object_awaited() {
  client local{"host"};
  auto running = local.run();
  co_await std::move(running);
}
void object_shared(task_group &group, std::vector<std::shared_ptr<client>> &all) {
  auto local = std::make_shared<client>();
  all.push_back(local);
  group.spawn(local->run());
}

// --- Used behind a suspension by what nobody can wait for -----------------------------------------------------------

struct fire_and_forget {
  struct promise_type : mock::eager {
    fire_and_forget get_return_object();
    std::suspend_never final_suspend() noexcept;
    void return_void();
  };
};
lazy_task<> hop();
void show(const std::string &);
struct window {
  window(const window &) = delete;
  int width = 0;
};
struct handlers {
  fire_and_forget named(const config &c) {
    co_await hop();
    show(c.name); // warn: dangling-reference-argument "'c' is used behind a suspension of 'handlers::named'; what was given by 'const config &' may have ended with its caller's statement"
  }
  fire_and_forget called_back(const std::function<void()> &done) {
    co_await hop();
    done(); // warn: dangling-reference-argument "'done'"
  }
  fire_and_forget copied(const config &c) {
    auto mine = c;
    co_await hop();
    show(mine.name);
  }
  fire_and_forget cannot_be_copied(const window &w) {
    co_await hop();
    if (w.width > 0) show("wide");
  }
  fire_and_forget changed(config &c) {
    co_await hop();
    ++c.retries;
  }
  lazy_task<> awaited_by_somebody(const config &c) {
    co_await hop();
    show(c.name);
  }
};

// --- Used behind a suspension, and given by && ------------------------------------------------------------------------

struct row_reader {
  eager_task<> for_each(std::function<lazy_task<>(int)> &&f) {
    for (int i = 0; i < 3; ++i)
      co_await f(i); // warn: dangling-reference-argument "'f' is used behind a suspension of 'row_reader::for_each'"
  }
  eager_task<> awaited(std::string &&s) {
    co_await own("x");
    (void)s.size(); // its caller awaits it
  }
  eager_task<> takes(std::string &&s) {
    std::string mine = std::move(s);
    co_await own("x");
  }
  lazy_task<> calls() { co_await awaited("text"); }
};

struct body_stream {
  eager_task<int> read();
};
eager_task<int> read_all(body_stream &in) {
  int sum = 0;
  for (int i = 0; i < 3; ++i) sum += co_await in.read();
  co_return sum;
}
using stream_handler = std::function<eager_task<>(body_stream &&)>;
using lazy_handler = std::function<lazy_task<>(body_stream &&)>;
using lending_handler = std::function<eager_task<>(body_stream &)>;
struct http_client {
  eager_task<> request(stream_handler);
  lazy_task<> later(lazy_handler);
  eager_task<> lending(lending_handler);
  eager_task<> seen(stream_handler handler) { co_await handler(body_stream()); }
};
lazy_task<> handlers(http_client &client) {
  co_await client.request([](body_stream &&in) -> eager_task<> {
    (void)co_await read_all(in); // warn: dangling-reference-argument "'in' is used behind a suspension of 'lambda in handlers'"
  });
  co_await client.request([](body_stream &&in) -> eager_task<> {
    auto mine = std::move(in);
    (void)co_await read_all(mine);
  });
  co_await client.later([](body_stream &&in) -> lazy_task<> { (void)co_await read_all(in); }); // its caller awaits it
  co_await client.lending([](body_stream &in) -> eager_task<> { (void)co_await read_all(in); });
  co_await client.seen([](body_stream &&in) -> eager_task<> { (void)co_await read_all(in); });
  auto here = [](body_stream &&in) -> eager_task<> { (void)co_await read_all(in); };
  co_await here(body_stream());
}

// --- Silent ----------------------------------------------------------------------------------------------------------

lazy_task<> at_once() {
  co_await count_words(text());
  co_await count_words("literal");
  co_await parse(text());
  co_await with_default();
  co_await list({1, 2});
  co_await when_all(apply(load()), apply(config()));
  co_await client{"host"}.run();
  int n = co_await count_words(text()) + 1;
  (void)n;
}
int waits() { return sync_wait(count_words(text())); }
void literal(task_group &group) {
  auto task = parse("literal");
  (void)sync_wait(std::move(task));
  group.spawn(own(text()));
}
void nothing_kept(task_group &group) {
  group.spawn(ignores("not_used") ); // its body is seen
}
eager_task<> eager_uses_at_once() {
  auto task = early(text());
  co_await std::move(task);
}
eager_task<> only_copied() {
  auto task = in_first_await(text());
  co_await std::move(task);
}
lazy_task<int> extended() {
  const std::string &kept = text();
  auto task = count_words(kept);
  co_return co_await std::move(task);
}
lazy_task<int> a_local(std::string given) {
  std::string own = text();
  auto one = count_words(own);
  auto two = count_words(given);
  co_return co_await std::move(one) + co_await std::move(two);
}
lazy_task<> joined(task_group &group) {
  config settings;
  group.spawn(change(settings));
  co_await group.join();
}
void statics(task_group &group) {
  static config settings;
  group.spawn(change(settings));
}
void lent_on(task_group &group, config &settings, config *other) {
  group.spawn(change(settings));
  group.spawn(change(*other));
}
void owned(task_group &group, std::shared_ptr<config> settings) {
  group.spawn(change(*settings));
}
struct owner {
  config settings;
  void run(task_group &group) { group.spawn(change(settings)); }
};
lazy_task<> consumed() {
  auto task = client{"host"}.consume();
  co_await std::move(task);
}
lazy_task<> made_and_forgotten_view(std::string_view view) {
  auto task = parse(view.substr(1));
  (void)co_await std::move(task);
}
struct tag {};
lazy_task<> tagged(const tag &which) { (void)which; co_return; }
lazy_task<> empty_objects() {
  auto task = tagged(tag{});
  co_await std::move(task);
}
lazy_task<> in_group_of_its_own() {
  config settings;
  task_group group;
  group.spawn(change(settings));
  co_await group.join();
}
template <class T> struct channel {
  lazy_task<> send(T value);
};
lazy_task<> sends(channel<std::string> &out) {
  auto sending = out.send("text");
  co_await std::move(sending);
}
struct ints { // a channel
  lazy_task<int> receive();
  lazy_task<> send(int);
};
struct reader {
  explicit reader(ints &from);
  lazy_task<int> next();
};
future writes(ints &to) { co_await to.send(1); co_await to.send(2); }
lazy_task<> talks_to_it() {
  ints channel;
  writes(channel);
  reader from(channel); // reads until nothing more is written
  while (co_await from.next()) {}
}
void drives(lazy_task<int> task) { (void)sync_wait(std::move(task)); }
void driven() { drives(count_words(text())); }

// By their names, these run it until it is done.
struct io_loop {
  void run(lazy_task<> task);
  void run_until_done(lazy_task<> task);
  void exec(lazy_task<> task);
};
void run_test(lazy_task<> task);
bool completes(lazy_task<> task);
void run_to_the_end(io_loop &loop) {
  loop.run(apply(load()));
  loop.run_until_done(apply(load()));
  loop.exec(apply(load()));
  run_test(apply(load()));
  (void)completes(apply(load()));
}
// What the task was lent tells when it is done.
struct semaphore {
  void acquire();
  void release();
};
lazy_task<> signals(config &settings, semaphore &done) { settings.retries = 1; done.release(); co_return; }
lazy_task<> tells(config &settings, bool &done) { settings.retries = 1; done = true; co_return; }
void waited_by_semaphore(task_group &group) {
  config settings;
  semaphore done;
  group.spawn(signals(settings, done));
  done.acquire();
}
void polled(task_group &group, void pause()) {
  config settings;
  bool done = false;
  group.spawn(tells(settings, done));
  while (!done) pause();
}

// Lent by a plain function to an eager coroutine.
eager_task<> forgets_late(const std::string &id) {
  co_await own("a");
  (void)id.size(); // note: "'forgets_late' uses it here, as 'id'"
}
eager_task<> forget(const std::string &id) { return forgets_late(id); }
eager_task<> forget_it(const std::string &id) { return forget(id); }
eager_task<> own_eagerly(std::string id);
eager_task<> forget_copy(const std::string &id) { return own_eagerly(id); }
eager_task<> lent_on_by_plain_functions() {
  auto done = forget(text()); // warn: dangling-reference-argument "a temporary dies at the end of this statement; the task of 'forget()' in 'done'"
  auto twice = forget_it(text()); // warn: dangling-reference-argument "the task of 'forget_it()' in 'twice'"
  auto copied = forget_copy(text());
  co_await std::move(done);
  co_await std::move(twice);
  co_await std::move(copied);
  co_await forget(text());
}

// What a maker gives stands for the task that it was given, not for its result.
struct peer {
  std::string name;
  lazy_task<std::unique_ptr<config>> load() { co_return std::make_unique<config>(config{1, name}); }
};
std::unique_ptr<config> new_promised(lazy_task<std::unique_ptr<config>> task);
std::unique_ptr<config> run_to_end(lazy_task<std::unique_ptr<config>> task);
std::unique_ptr<config> promised(std::unique_ptr<peer> from) {
  return new_promised(from->load()); // warn: dangling-reference-argument "'from' dies before the task of 'peer::load()' is done"
}
std::unique_ptr<config> waited_for(std::unique_ptr<peer> from) { return run_to_end(from->load()); }

// --- Imperfections ---------------------------------------------------------------------------------------------------

// A function that is only declared may have copied what it was given.
eager_task<> eager_declared(const std::string &text);
eager_task<> unknown() {
  auto task = eager_declared(text()); // missed alarm: dangling-reference-argument
  co_await std::move(task);
}
