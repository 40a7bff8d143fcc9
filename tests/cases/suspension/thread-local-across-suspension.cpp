// What belongs to a thread, kept over a suspension.
#include <coroutine>
#include <map>
#include <memory>
#include <pthread.h>
#include <signal.h>
#include <span>
#include <string>
#include <string_view>
#include <task.h>
#include <thread>
#include <vector>

using mock::lazy_task;

struct arena {
  int used = 0;
  std::string name;
  void *take(int);
};
thread_local arena mine;
thread_local int counter;
thread_local arena *current;
thread_local std::vector<int> numbers;
thread_local std::unique_ptr<arena> owned;
thread_local std::shared_ptr<arena> shared;
thread_local std::string text;
thread_local char buffer[16];
arena global;
lazy_task<> work();
lazy_task<int> get();
bool ready();
void use(int);
lazy_task<> suspend_with(int);
void use(arena &);
void log(const char *, std::thread::id);
std::ostream &operator<<(std::ostream &, std::thread::id);
extern std::ostream &out;

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> plain() {
  arena &own = mine; // note: "'own' is taken here"
  co_await work();   // note: "the coroutine suspends here"
  ++own.used;        // warn: thread-local-across-suspension "'own' refers to thread_local 'mine' of the thread before the suspension; the coroutine may go on on another thread"
}

// --- Spellings -----------------------------------------------------------------------------------------------------

lazy_task<> pointer() {
  arena *own = &mine;
  co_await work();
  ++own->used; // warn: thread-local-across-suspension "'own'"
}
lazy_task<> scalar() {
  auto &own = counter;
  co_await work();
  own++; // warn: thread-local-across-suspension "'counter'"
}
lazy_task<> copied_pointer() {
  arena *own = current;
  co_await work();
  own->take(1); // warn: thread-local-across-suspension "'own'"
}
lazy_task<> pointee() {
  arena &own = *current;
  co_await work();
  use(own); // warn: thread-local-across-suspension "'own'"
}
lazy_task<> member() {
  auto &name = mine.name;
  co_await work();
  name.clear(); // warn: thread-local-across-suspension "'name'"
}
lazy_task<> element() {
  int &first = numbers[0];
  co_await work();
  use(first); // warn: thread-local-across-suspension "'first'"
}
lazy_task<> last() {
  int &back = numbers.back();
  co_await work();
  use(back); // warn: thread-local-across-suspension "'back'"
}
lazy_task<> owner() {
  arena *own = owned.get();
  co_await work();
  own->take(1); // warn: thread-local-across-suspension "'own'"
}
lazy_task<> through_owner() {
  arena &own = *owned;
  co_await work();
  own.take(1); // warn: thread-local-across-suspension "'own'"
}
lazy_task<> array() {
  char *p = buffer;
  co_await work();
  p[0] = 'a'; // warn: thread-local-across-suspension "'p'"
}
lazy_task<> iterator() {
  auto it = numbers.begin();
  co_await work();
  use(*it); // warn: thread-local-across-suspension "'it'"
}
arena &accessor() {
  static thread_local arena of_thread;
  return of_thread;
}
lazy_task<> by_accessor() {
  auto &own = accessor();
  co_await work();
  own.take(1); // warn: thread-local-across-suspension "'of_thread'"
}
lazy_task<> in_a_loop() {
  arena &own = mine;
  while (ready()) {
    own.take(1); // warn: thread-local-across-suspension "'own'"
    co_await work();
  }
}
lazy_task<> on_one_path(bool b) {
  arena *own = &global;
  if (b) own = &mine;
  co_await work();
  own->take(1); // warn: thread-local-across-suspension "'own'"
}
struct per_thread {
  std::map<std::thread::id, int> slots;
  std::thread::id owner;
  lazy_task<> counts() {
    auto id = std::this_thread::get_id();
    co_await work();
    slots[id]++; // warn: thread-local-across-suspension "'id' was given by 'std::this_thread::get_id()' on the thread before the suspension"
  }
  lazy_task<> compares() {
    auto id = std::this_thread::get_id();
    co_await work();
    if (owner == id) use(1); // warn: thread-local-across-suspension "'id'"
  }
};
lazy_task<> handle() {
  pthread_t self = pthread_self();
  co_await work();
  pthread_kill(self, 0); // warn: thread-local-across-suspension "'self' was given by 'pthread_self()'"
}

// --- Silent --------------------------------------------------------------------------------------------------------

lazy_task<> named_again() { mine.take(1); co_await work(); mine.take(1); }
lazy_task<> taken_again() {
  arena *own = &mine;
  own->take(1);
  co_await work();
  own = &mine;
  own->take(1);
}
lazy_task<> in_a_block() { { arena &own = mine; own.take(1); } co_await work(); }
lazy_task<> each_round() {
  while (ready()) {
    arena &own = mine;
    own.take(1);
    co_await work();
  }
}
lazy_task<> copied() { int before = counter; co_await work(); use(before); }
lazy_task<> copied_object() { auto own = mine; co_await work(); use(own); }
lazy_task<> copied_text() { std::string own = text; co_await work(); use(own.size()); }
lazy_task<> co_owned() { auto own = shared; co_await work(); use(*own); }
lazy_task<> saved_and_restored() { arena *saved = current; current = &global; co_await work(); current = saved; }
lazy_task<> used_before() { arena &own = mine; own.take(1); co_await work(); }
lazy_task<> of_everybody() { arena &own = global; co_await work(); own.take(1); }
lazy_task<> never_suspends() { arena &own = mine; co_await std::suspend_never{}; own.take(1); }
lazy_task<> did_it_move() {
  auto before = std::this_thread::get_id();
  co_await work();
  if (before != std::this_thread::get_id()) use(1);
}
lazy_task<> compared_later() {
  auto before = std::this_thread::get_id();
  co_await work();
  auto behind = std::this_thread::get_id();
  if (before != behind) use(1);
}
lazy_task<> same_place() {
  arena *before = &mine;
  co_await work();
  if (before == &mine) use(1);
}
lazy_task<std::thread::id> where_it_began() {
  auto id = std::this_thread::get_id();
  co_await work();
  co_return id;
}
lazy_task<> told() { auto id = std::this_thread::get_id(); co_await work(); out << id; }
mock::generator<int> pulled() { int &own = counter; co_yield 1; use(own); }
lazy_task<> size_of_it() { auto n = numbers.size(); co_await work(); use(n); }

// --- Through other variables -------------------------------------------------------------------------------------------

struct with_parts { std::vector<int> values; int a, b; };
thread_local with_parts parts;
lazy_task<> through_reference() {
  with_parts &own = parts;
  auto &values = own.values;
  co_await work();
  values.clear(); // warn: thread-local-across-suspension "'values' refers to thread_local 'parts'"
}
lazy_task<> through_pointer() {
  arena *own = &mine;
  arena *other = own;
  co_await work();
  other->take(1); // warn: thread-local-across-suspension "'other' refers to thread_local 'mine'"
}
lazy_task<> chosen(bool b) {
  arena &own = b ? mine : global;
  co_await work();
  own.take(1); // warn: thread-local-across-suspension "'own'"
}
lazy_task<> taken_apart() {
  auto &[values, a, b] = parts;
  co_await work();
  values.clear(); // warn: thread-local-across-suspension "'values'"
}
lazy_task<> in_a_range() {
  for (int n : parts.values) // warn: thread-local-across-suspension "'begin(parts.values)' refers to thread_local 'parts'"
    co_await suspend_with(n);
}
lazy_task<> in_a_copied_range() {
  for (int n : std::vector<int>(parts.values)) co_await suspend_with(n);
}
lazy_task<> range_without_suspension() {
  for (int n : parts.values) use(n);
  co_await work();
}
lazy_task<> set_again() {
  arena *own = &mine;
  own = &global;
  arena *other = own;
  co_await work();
  other->take(1);
}

// --- Imperfections ---------------------------------------------------------------------------------------------------

struct keeps {
  arena *own;
  lazy_task<> run() {
    own = &mine;
    co_await work();
    own->take(1); // missed alarm: thread-local-across-suspension
  }
};
lazy_task<> closure() {
  auto add = [&own = mine] { own.take(1); };
  co_await work();
  add(); // missed alarm: thread-local-across-suspension
}
