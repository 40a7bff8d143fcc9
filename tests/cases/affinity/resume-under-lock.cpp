// A coroutine resumed while a mutex is held.
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <task.h>
#include <utility>
#include <vector>

std::mutex m;
std::shared_mutex shared;
std::coroutine_handle<> handle;
std::condition_variable condition;
bool ready();
void post(std::coroutine_handle<>);

// --- The plain bug -------------------------------------------------------------------------------------------------

struct event {
  std::mutex mutex;
  std::coroutine_handle<> waiter;
  void set() {
    std::lock_guard lock(mutex); // note: "'lock' is locked here"
    waiter.resume();             // warn: resume-under-lock "resumes a coroutine while 'lock' is locked; a coroutine that takes the same lock waits for itself"
  }
};

// --- Kinds of locks --------------------------------------------------------------------------------------------------

void guards() {
  { std::lock_guard<std::mutex> lock(m); handle.resume(); }              // warn: resume-under-lock "'lock'"
  { std::unique_lock lock(m); handle.resume(); }                         // warn: resume-under-lock "'lock'"
  { std::unique_lock lock{m}; handle(); }                                // warn: resume-under-lock "'lock'"
  { std::scoped_lock lock(m, shared); handle.resume(); }                 // warn: resume-under-lock "'lock'"
  { std::shared_lock lock(shared); handle.resume(); }                    // warn: resume-under-lock "'lock'"
  { auto lock = std::unique_lock(m); handle.resume(); }                  // warn: resume-under-lock "'lock'"
  { m.lock(); std::lock_guard lock(m, std::adopt_lock); handle.resume(); } // warn: resume-under-lock "'lock'"
  { if (std::lock_guard lock(m); ready()) handle.resume(); }             // warn: resume-under-lock "'lock'"
  { std::unique_lock lock(m); condition.wait(lock); handle.resume(); }   // warn: resume-under-lock "'lock'"
}
void by_hand() {
  m.lock();
  handle.resume(); // warn: resume-under-lock "while 'm' is locked"
  m.unlock();
}
void reader() {
  shared.lock_shared();
  handle.resume(); // warn: resume-under-lock "'shared'"
  shared.unlock_shared();
}
void moved() {
  std::unique_lock first(m);
  std::unique_lock second(std::move(first));
  handle.resume(); // warn: resume-under-lock "'second'"
}
void later() {
  std::unique_lock lock(m, std::defer_lock);
  lock.lock();
  handle.resume(); // warn: resume-under-lock "'lock'"
}
void again() {
  std::unique_lock lock(m);
  while (ready()) {
    lock.unlock();
    handle.resume();
    lock.lock();
  }
  handle.resume(); // warn: resume-under-lock "'lock'"
}
std::recursive_mutex recursive;
void even_recursive() {
  std::lock_guard lock(recursive);
  handle.resume(); // warn: resume-under-lock "'lock'"
}
template <class Mutex> struct signal {
  Mutex mutex;
  std::vector<std::coroutine_handle<>> waiters;
  void notify() {
    std::lock_guard lock(mutex);
    for (auto waiter : waiters) waiter.resume(); // warn: resume-under-lock "'lock'"
  }
};
template struct signal<std::mutex>;
template struct signal<std::recursive_mutex>;
#define LOCKED(mutex) std::lock_guard locked_here(mutex)
void macro() {
  LOCKED(m);
  handle.resume(); // warn: resume-under-lock "'locked_here'"
}
void in_try() {
  std::lock_guard lock(m);
  try {
    handle.resume(); // warn: resume-under-lock "'lock'"
  } catch (...) {
  }
}
void in_lambda() {
  auto wake = [] {
    std::lock_guard lock(m);
    handle.resume(); // warn: resume-under-lock "'lock'"
  };
  wake();
}
struct [[clang::scoped_lockable]] own_guard {
  explicit own_guard(std::mutex &m);
  explicit own_guard(std::mutex *m);
  ~own_guard();
};
void own() {
  own_guard lock(m);
  handle.resume(); // warn: resume-under-lock "'lock'"
}
void own_pointer() {
  own_guard lock(&m);
  handle.resume(); // warn: resume-under-lock "'lock'"
}

// --- Through the project's functions -------------------------------------------------------------------------------

void wake(std::coroutine_handle<> h) {
  h.resume(); // note: "'wake' resumes with 'std::coroutine_handle::resume'"
}
void wake_all(std::deque<std::coroutine_handle<>> &all) {
  for (auto h : all) wake(h); // note: "'wake_all' calls 'wake'"
}
struct channel {
  std::mutex mutex;
  std::deque<std::coroutine_handle<>> waiters;
  void send() {
    std::lock_guard lock(mutex);
    wake_all(waiters); // warn: resume-under-lock "'wake_all' may resume a coroutine while 'lock' is locked"
  }
  void wake_one() {
    auto h = waiters.front();
    waiters.pop_front();
    h();
  }
  void close() {
    std::scoped_lock lock(mutex);
    wake_one(); // warn: resume-under-lock "'channel::wake_one' may resume"
  }
};

// --- Silent --------------------------------------------------------------------------------------------------------

void scope_ended() {
  std::coroutine_handle<> h;
  {
    std::lock_guard lock(m);
    h = std::exchange(handle, nullptr);
  }
  h.resume();
}
void unlocked() {
  std::unique_lock lock(m);
  lock.unlock();
  handle.resume();
}
void unlocked_by_hand() {
  m.lock();
  m.unlock();
  handle.resume();
}
void deferred() {
  std::unique_lock lock(m, std::defer_lock);
  handle.resume();
}
void tried() {
  std::unique_lock lock(m, std::try_to_lock);
  handle.resume(); // perhaps
}
void empty_guard() {
  std::unique_lock<std::mutex> lock;
  handle.resume();
}
void released() {
  std::unique_lock lock(m);
  lock.release()->unlock();
  handle.resume();
}
void moved_away(std::unique_lock<std::mutex> &out) {
  std::unique_lock lock(m);
  out = std::move(lock);
}
void unlock_it(std::unique_lock<std::mutex> &lock) {
  lock.unlock();
  handle.resume();
}
void given_to_callee() {
  std::unique_lock lock(m);
  unlock_it(lock);
}
void given_away(std::unique_lock<std::mutex> lock);
void moved_into_call() {
  std::unique_lock lock(m);
  given_away(std::move(lock));
  handle.resume();
}
void adopted() {
  m.lock();
  { std::lock_guard lock(m, std::adopt_lock); }
  handle.resume();
}
void on_one_path(bool locked) {
  std::unique_lock lock(m, std::defer_lock);
  if (locked) lock.lock();
  if (!locked) handle.resume();
}
void only_posted() {
  std::lock_guard lock(m);
  post(handle);
}
void only_stored(std::deque<std::coroutine_handle<>> &queue) {
  std::lock_guard lock(m);
  queue.push_back(handle);
}
void resumed_later(std::deque<std::function<void()>> &queue) {
  std::lock_guard lock(m);
  queue.push_back([h = handle] { h.resume(); });
}
void promise(std::promise<int> &p) {
  std::lock_guard lock(m);
  p.set_value(1); // wakes a thread, runs nothing
  condition.notify_all();
}
void destroyed() {
  std::lock_guard lock(m);
  handle.destroy();
}
void callback(std::function<void()> &f) {
  std::lock_guard lock(m);
  f(); // who knows
}
struct async_mutex {
  struct guard { ~guard(); };
  mock::lazy_task<guard> lock();
  void unlock();
};
mock::lazy_task<> with_async_mutex(async_mutex &asynchronous) {
  auto lock = co_await asynchronous.lock();
  handle.resume(); // a lock that tasks wait for: nobody's thread is stopped
}
void unlocks_in_between() {
  m.unlock();
  handle.resume();
  m.lock();
}
void by_hand_around() {
  m.lock();
  unlocks_in_between();
  m.unlock();
}
void early_return(bool busy) {
  {
    std::lock_guard lock(m);
    if (busy) return;
  }
  handle.resume();
}
void scope_guard() {
  std::unique_lock lock(m);
  auto open = [&] { lock.unlock(); };
  open();
  handle.resume();
}
mock::lazy_task<> makes_only(std::coroutine_handle<> h) { h.resume(); co_return; }
void creates() {
  std::lock_guard lock(m);
  auto task = makes_only(handle); // lazy: nothing runs yet // warn: unawaited-variable "'task'"
}

// --- Imperfections -------------------------------------------------------------------------------------------------

void behind_pointer() {
  auto lock = std::make_unique<std::lock_guard<std::mutex>>(m);
  handle.resume(); // missed alarm: resume-under-lock
}
void two_at_once(std::mutex &other) {
  std::lock(m, other);
  handle.resume(); // missed alarm: resume-under-lock
  m.unlock();
  other.unlock();
}
void expects_lock(const std::unique_lock<std::mutex> &) {
  handle.resume(); // missed alarm: resume-under-lock
}
