// A loop in a coroutine that can go around without a suspension.
#include <istream>
#include <queue>
#include <task.h>
#include <vector>

using mock::awaiter;
using mock::generator;
using mock::lazy_task;

bool stopped;
bool has_work();
void step();
bool skip(int);
awaiter receive();
awaiter handle(int);
struct inbox {
  bool try_pop(int &);
  bool empty() const;
};

// --- The plain bug -------------------------------------------------------------------------------------------------

lazy_task<> plain() {
  while (true) { // warn: loop-without-suspension "'plain' can go around this loop without a suspension; nothing else runs on its thread meanwhile"
    if (!has_work()) continue;
    co_await receive();
  }
}

// --- Spellings -----------------------------------------------------------------------------------------------------

lazy_task<> never() {
  while (true) step(); // warn: loop-without-suspension "'never'"
  co_return;
}
lazy_task<> for_ever() {
  for (;;) { // warn: loop-without-suspension "'for_ever'"
    if (has_work()) co_await receive();
  }
}
lazy_task<> do_loop() {
  do { // warn: loop-without-suspension "'do_loop'"
    if (has_work()) co_await receive();
  } while (!stopped);
}
lazy_task<> somebody_elses_flag() {
  while (!stopped) { // warn: loop-without-suspension "'somebody_elses_flag'"
    if (has_work()) co_await receive();
  }
}
lazy_task<> short_circuit() {
  while (true) { // warn: loop-without-suspension "'short_circuit'"
    if (has_work() && co_await receive() > 0) step();
  }
}
lazy_task<> one_case(int kind) {
  while (true) { // warn: loop-without-suspension "'one_case'"
    switch (kind) {
    case 0: co_await receive(); break;
    case 1: step(); break;
    default: co_return;
    }
  }
}
lazy_task<> inner_loop_may_be_empty(std::vector<int> &items) {
  while (true) { // warn: loop-without-suspension "'inner_loop_may_be_empty'"
    for (int item : items) co_await handle(item);
  }
}
lazy_task<> polls(inbox &in) {
  int item;
  while (!stopped) { // warn: loop-without-suspension "'polls'"
    if (in.try_pop(item)) co_await handle(item);
  }
}
template <class T> lazy_task<> generic(T &in) {
  while (true) { // warn: loop-without-suspension "'generic'"
    if (!in.empty()) co_await receive();
  }
}
template lazy_task<> generic(inbox &);
template lazy_task<> generic(std::vector<int> &);

auto in_lambda = []() -> lazy_task<> {
  while (true) { // warn: loop-without-suspension "'lambda'"
    if (has_work()) co_await receive();
  }
};

// --- Silent --------------------------------------------------------------------------------------------------------

lazy_task<> every_time() {
  while (true) co_await receive();
}
lazy_task<> in_condition() {
  while (co_await receive() > 0) step();
}
lazy_task<> in_step() {
  for (;; co_await receive()) step();
}
lazy_task<> on_all_paths() {
  while (true) {
    if (has_work()) co_await receive();
    else co_await handle(1);
  }
}
lazy_task<> leaves_otherwise() {
  while (true) {
    if (!has_work()) break;
    co_await receive();
  }
}
lazy_task<> continue_behind() {
  while (true) {
    int item = co_await receive();
    if (skip(item)) continue;
    step();
  }
}
lazy_task<> in_try() {
  while (true) {
    try {
      co_await handle(co_await receive());
    } catch (const std::bad_exception &) {
      co_return;
    }
  }
}
lazy_task<> bounded(int n, std::vector<int> &items, std::queue<int> &queue, std::istream &in) {
  for (int i = 0; i < n; ++i) step();
  while (n > 0) --n;
  for (int item : items) skip(item);
  while (!queue.empty()) queue.pop();
  for (auto it = items.begin(); it != items.end(); ++it) step();
  int value;
  while (in >> value) step();
  do step(); while (false);
  co_return;
}
lazy_task<> drains(inbox &in) {
  for (;;) {
    int item;
    if (!in.try_pop(item)) break;
    skip(item);
  }
  co_return;
}
lazy_task<> inner_always(inbox &in) {
  while (true) {
    for (int i = 0; i < 3; ++i) skip(i);
    co_await receive();
  }
}
generator<int> numbers() {
  for (int i = 0;; ++i) co_yield i;
}
generator<int> even() {
  int i = 0;
  while (true) {
    if (++i % 2) continue;
    co_yield i;
  }
}
void plain_function() {
  while (true) step();
}

// --- Imperfections -------------------------------------------------------------------------------------------------

bool more();
lazy_task<> a_stranger_decides() {
  while (more()) step(); // missed alarm: loop-without-suspension
  co_return;
}
