#include "task.h"
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

task later(int);
std::mutex mutex;
std::vector<int> list;

task guarded(int value) {
  std::lock_guard guard(mutex);
  list.push_back(value); // under the lock
  co_await later(value);
}

task several(int value) {
  if (value > 0) {
    std::unique_lock lock(mutex);
    if (list.empty()) list.push_back(value);
    for (int &each : list) ++each;
    co_await later(value);
  }
}

task needed() {
  std::lock_guard guard(mutex); // found: what is read under the lock is needed behind it
  int size = static_cast<int>(list.size());
  co_await later(size);
}

task nothingBefore() {
  std::lock_guard guard(mutex); // found
  co_await later(1);
}

task unlockedByHand() {
  std::unique_lock lock(mutex); // found
  list.clear();
  co_await later(2);
  lock.unlock();
}

std::string compute();
void use(std::string_view);
struct finally {
  int &count;
  ~finally() { ++count; }
};

task viewedBehind() {
  std::string_view view;
  std::lock_guard guard(mutex); // found: the braces would end what the view is of
  std::string text = compute();
  view = text;
  co_await later(3);
  use(view);
}

task addressKept() {
  int *kept = nullptr, other = 0;
  std::lock_guard guard(mutex); // found
  int count = 0;
  kept = other ? &other : &count;
  co_await later(3);
  ++*kept;
}

task temporaryKept() {
  std::string_view view;
  std::lock_guard guard(mutex); // found
  const std::string &text = compute();
  view = text;
  co_await later(3);
  use(view);
}

task endsAtTheEnd(int count) {
  std::lock_guard guard(mutex); // found: the braces would make it count before the suspension
  finally atEnd{count};
  list.clear();
  co_await later(4);
}

task unevaluated() {
  std::lock_guard guard(mutex); // found
  int count = 0;
  list.clear();
  co_await later(sizeof(count));
  decltype(count) other = 5;
  co_await later(other);
}

task jumpedTo() {
  std::lock_guard guard(mutex); // found
  if (list.empty()) {
  again:
    list.push_back(1);
  }
  co_await later(6);
  if (list.empty()) goto again;
}

task inOneConfiguration() {
  std::lock_guard guard(mutex); // found
#ifdef NOTHING
  int count = 1;
#endif
  list.clear();
  co_await later(7);
#ifdef NOTHING
  use(count);
#endif
}

task numbers() {
  std::unique_lock lock(mutex);
  int count = 0;
  for (int each : list) count += each;
  ++count;
  if (lock.owns_lock()) list.resize(count);
  co_await later(8);
}

struct background {
  struct promise_type {
    background get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

void closures(int value) {
  [value]() -> background {
    co_await later(1);
    co_await later(value);
  }();
  [value](int other) -> background {
    co_await later(other);
    co_await later(value);
  }(2);
  [value](void) -> background { // found
    co_await later(1);
    co_await later(value);
  }();
  [value](/* nothing */) -> background {
    co_await later(1);
    co_await later(value);
  }();
}
