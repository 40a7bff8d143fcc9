#include "task.h"
#include <mutex>
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
}
