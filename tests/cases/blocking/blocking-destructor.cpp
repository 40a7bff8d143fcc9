// for: std
// Objects that put the thread to sleep when they die in loop code.
#include <array>
#include <future>
#include <lib.h>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <utility>
#include <vector>

void work();
void also_work(int);
bool flag();

// --- The plain bug -------------------------------------------------------------------------------------------------

task<> handle() {
  std::jthread worker(work); // warn: blocking-destructor "'worker' blocks the event loop's thread in coroutine 'handle' when it is destroyed; no other task of the loop runs meanwhile" // note: "'std::jthread' blocks in its destructor: it joins the thread, that is, it sleeps until the thread has ended"
  co_return;
}

// --- What dies -------------------------------------------------------------------------------------------------------

struct sleepy {
  sleepy(int = 0);
  ~sleepy() { sleep(1); }
  void touch() const;
  sleepy &self() &;
};
struct has_member {
  sleepy inside;
};
struct has_thread {
  std::jthread worker;
  has_thread() : worker(work) {}
};
struct derived : sleepy {
  int more;
};
struct written {
  ~written() { finish(); } // note: "'written::~written' calls 'written::finish'"
  void finish() { sleep(1); }
};
struct deep {
  has_member inner; // note: "'deep::~deep' destroys 'inner'"
};
struct declared_end {
  ~declared_end();
  sleepy inside;
};
declared_end::~declared_end() = default;
template <class T> struct holds { T value; };

task<> objects() {
  sleepy one;                             // warn: blocking-destructor "'one' blocks"
  has_member two;                         // warn: blocking-destructor "'two' blocks"
  has_thread three;                       // warn: blocking-destructor "'three' blocks"
  derived four;                           // warn: blocking-destructor "'four' blocks"
  written five;                           // warn: blocking-destructor "'five' blocks"
  deep six;                               // warn: blocking-destructor "'six' blocks"
  declared_end seven;                     // warn: blocking-destructor "'seven' blocks"
  holds<sleepy> eight;                    // warn: blocking-destructor "'eight' blocks"
  sleepy nine[2];                         // warn: blocking-destructor "'nine' blocks"
  auto ten = std::make_unique<sleepy>();  // warn: blocking-destructor "'ten' blocks"
  std::optional<sleepy> eleven{1};        // warn: blocking-destructor "'eleven' blocks"
  std::array<sleepy, 2> twelve;           // warn: blocking-destructor "'twelve' blocks"
  std::pair<int, sleepy> thirteen;        // warn: blocking-destructor "'thirteen' blocks"
  std::vector<std::jthread> fourteen;     // warn: blocking-destructor "'fourteen' blocks"
  fourteen.emplace_back(work);
  std::optional<sleepy> fifteen;          // warn: blocking-destructor "'fifteen' blocks"
  fifteen.emplace(1);
  std::unique_ptr<sleepy> sixteen;        // warn: blocking-destructor "'sixteen' blocks"
  sixteen = std::make_unique<sleepy>();
  std::jthread late;                      // warn: blocking-destructor "'late' blocks"
  late = std::jthread(work);
  co_return;
}

// --- Where it dies -------------------------------------------------------------------------------------------------------

task<> places(sleepy *pointer, std::unique_ptr<sleepy> &owner) {
  { sleepy inner; }                       // warn: blocking-destructor "'inner' blocks"
  for (int i = 0; i < 2; ++i) {
    std::jthread each(also_work, i);      // warn: blocking-destructor "'each' blocks"
    if (flag()) continue;
  }
  if (sleepy in_condition; flag()) work(); // warn: blocking-destructor "'in_condition' blocks"
  try {
    sleepy in_try;                        // warn: blocking-destructor "'in_try' blocks"
    work();
  } catch (...) {
  }
  delete pointer;                         // warn: blocking-destructor "'pointer' blocks"
  owner.reset();                          // warn: blocking-destructor "'owner' blocks"
  sleepy(1);                              // warn: blocking-destructor "'sleepy' blocks"
  sleepy(2).touch();                      // warn: blocking-destructor "'sleepy' blocks"
  std::jthread{work};                     // warn: blocking-destructor "'std::jthread' blocks"
  auto closure = [] { sleepy inside; };
  closure();                              // warn: blocking-call "ends in 'sleep'"
  if (flag()) co_return;
  pointer->~sleepy();                     // warn: blocking-call "ends in 'sleep'"
}

void helper() { sleepy local; }           // note: "'helper' destroys 'local'"
task<> through_a_helper() {
  helper(); // warn: blocking-call "'helper' ends in 'sleep'"
  co_return;
}

// --- The future of std::async --------------------------------------------------------------------------------------------

task<> asynchronous(bool b) {
  auto kept = std::async(work);                              // warn: blocking-destructor "'kept' blocks"
  auto launched = std::async(std::launch::async, work);      // warn: blocking-destructor "'launched' blocks"
  std::async(std::launch::async, work);                      // warn: blocking-destructor "'std::future' blocks"
  (void)std::async(work);                                    // warn: blocking-destructor "'std::future' blocks"
  auto deferred = std::async(std::launch::deferred, work);
  std::promise<int> promise;
  auto other = promise.get_future();
  auto taken = std::async(work);
  taken.get();                                               // warn: blocking-wait "'std::future::get' waits"
  auto shared = std::async(work).share();
  co_return;
}
void wait_later(std::future<void> f);
task<> given_away() {
  wait_later(std::async(work));
  auto f = std::async(work);
  wait_later(std::move(f));
  co_return;
}
task<> of_a_promise(std::promise<int> &promise) {
  auto result = promise.get_future();
  co_await given_away();
}

// --- One path keeps it ---------------------------------------------------------------------------------------------------

task<> on_one_path() {
  std::jthread worker(work); // warn: blocking-destructor "'worker' blocks"
  if (flag()) co_return;
  worker.detach();
}
task<> early_return(std::vector<std::jthread> &pool) {
  std::jthread worker(work); // warn: blocking-destructor "'worker' blocks"
  if (flag()) {
    pool.push_back(std::move(worker));
    co_return;
  }
}

// --- Virtual destructors -------------------------------------------------------------------------------------------------

struct service {
  virtual ~service() = default;
  virtual void serve() = 0;
};
struct sleepy_service : service {
  ~sleepy_service() override { sleep(1); }
  void serve() override {}
};
task<> dispatched(std::unique_ptr<service> made, sleepy_service *known) {
  delete known;                    // warn: blocking-destructor "'known' blocks"
  std::unique_ptr<service> object; // warn: blocking-destructor "'object' blocks"
  object = std::make_unique<sleepy_service>();
  co_return;
}

std::unique_ptr<sleepy> look_for();
void keep_it(std::unique_ptr<sleepy> kept);
task<> full_at_the_return(bool enough) {
  std::unique_ptr<sleepy> held = look_for(); // warn: blocking-destructor "'held' blocks"
  if (!held || enough) co_return;
  std::unique_ptr<sleepy> missing = look_for(); // warn: blocking-destructor "'missing' blocks"
  if (missing) co_return;
  keep_it(std::move(held));
}

// --- Silent --------------------------------------------------------------------------------------------------------------

struct quick {
  ~quick() { work(); }
};
struct stops {
  std::jthread worker;
  ~stops() { worker.detach(); }
};
task<> harmless() {
  quick one;
  stops two;
  std::jthread idle;
  std::optional<sleepy> none;
  std::unique_ptr<sleepy> null, also_null{nullptr};
  std::vector<std::jthread> empty;
  std::map<int, sleepy> no_elements;
  std::shared_ptr<sleepy> shared = std::make_shared<sleepy>();
  sleepy &reference = *shared;
  sleepy *pointer = shared.get();
  (void)reference, (void)pointer;
  co_return;
}
std::vector<std::jthread> keeps;
std::jthread moved_out() {
  std::jthread worker(work);
  return worker;
}
task<std::jthread> moved() {
  std::jthread detached(work);
  detached.detach();
  std::jthread joined(work);
  joined.join(); // warn: blocking-call "'std::jthread::join' blocks"
  std::jthread kept(work);
  keeps.push_back(std::move(kept));
  keeps.push_back(std::jthread(work));
  keeps.emplace_back(work);
  std::jthread(work).detach();
  auto owner = std::make_unique<sleepy>();
  owner.release();
  auto freed = std::make_unique<sleepy>();
  auto given = std::move(freed); // warn: blocking-destructor "'given' blocks"
  std::jthread result(work);
  co_return std::move(result);
}
task<std::jthread> implicitly_moved() {
  std::jthread result(work);
  co_return result;
}
task<> elsewhere(pool &workers) {
  post(workers, [] { std::jthread worker(work); });
  std::thread([] { sleepy object; }).detach();
  co_return;
}
void plain() {
  sleepy local;
  std::jthread worker(work);
}
static sleepy global;
task<> statics() {
  static sleepy once;
  static std::jthread worker(work);
  co_return;
}

// --- Imperfections -------------------------------------------------------------------------------------------------------

task<> several_owners() {
  auto only = std::make_shared<sleepy>(); // missed alarm: blocking-destructor
  co_return;
}
task<> parameter(sleepy by_value) { // missed alarm: blocking-destructor
  co_return;
}
std::unique_ptr<sleepy> find_sleepy();
void keep(std::unique_ptr<sleepy> kept);
task<> empty_at_the_return() {
  std::unique_ptr<sleepy> perhaps = find_sleepy();
  if (!perhaps) co_return;
  std::unique_ptr<sleepy> other = find_sleepy();
  if (other == nullptr) {
    keep(std::move(perhaps));
    co_return;
  }
  keep(std::move(perhaps));
  keep(std::move(other));
}
task<> assigned_over(std::unique_ptr<sleepy> &owner) {
  owner = std::make_unique<sleepy>(); // missed alarm: blocking-destructor
  co_return;
}
task<> cleared(std::vector<sleepy> &all) {
  all.clear(); // missed alarm: blocking-destructor
  co_return;
}
struct asynchronous_member {
  std::future<void> f = std::async(work);
};
task<> member_of_async() {
  asynchronous_member object; // missed alarm: blocking-destructor
  co_return;
}
// Joined by a member of its own: nothing says that it has ended.
struct server {
  std::jthread worker{work};
  void stop() { worker.detach(); }
};
task<> stopped_before() {
  server s; // false alarm: blocking-destructor
  s.stop();
  co_return;
}
