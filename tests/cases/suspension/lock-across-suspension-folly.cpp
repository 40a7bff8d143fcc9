// folly's Synchronized gives proxies that hold its lock; its coroutine mutexes are another thing.
// for: folly
#include <lib.h>
#include <mutex>
#include <task.h>

using folly::coro::Task;

struct state {
  int count = 0;
  void add(int);
};
folly::Synchronized<state> shared;
Task<int> fetch();
Task<> work();

Task<> proxy() {
  auto locked = shared.wlock(); // note: "'locked' is locked here"
  locked->add(co_await fetch()); // warn: lock-across-suspension "'locked' is locked"
}
Task<> temporary() {
  shared.wlock()->add(co_await fetch()); // warn: lock-across-suspension "a temporary 'folly::LockedPtr' holds its lock"
}
Task<> in_condition() {
  if (auto locked = shared.wlock(); locked->count) co_await work(); // warn: lock-across-suspension "'locked'"
}
Task<> ended() {
  { auto locked = shared.wlock(); locked->add(1); }
  co_await work();
}
Task<> for_one_expression() {
  shared.wlock()->add(1);
  int before = shared.wlock()->count;
  co_await work();
  shared.wlock()->add(before);
}
Task<> fetched_first() {
  int fetched = co_await fetch();
  shared.wlock()->add(fetched);
}
