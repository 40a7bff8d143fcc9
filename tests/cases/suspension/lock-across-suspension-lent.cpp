// A lock that is lent to what is awaited, which unlocks it while the coroutine is suspended.
#include <coroutine>
#include <deque>
#include <mutex>
#include <task.h>

using mock::lazy_task;
using handle = std::coroutine_handle<>;

lazy_task<> work();
bool ready();

// --- Held all the same ---------------------------------------------------------------------------------------------

struct wait_queue {
  std::deque<handle> waiters;
  std::mutex inner;
  struct waiting { // gives the lock up and takes it again
    wait_queue *queue;
    std::mutex &lock;
    bool await_ready() { return false; }
    void await_suspend(handle h) {
      queue->waiters.push_back(h);
      lock.unlock();
    }
    void await_resume() { lock.lock(); }
  };
  struct reading { // only asks
    wait_queue *queue;
    std::mutex &lock;
    bool await_ready() { return false; }
    void await_suspend(handle h) { queue->waiters.push_back(h); }
    void await_resume() {}
  };
  struct by_guard {
    wait_queue *queue;
    std::mutex *lock;
    bool await_ready() { return false; }
    void await_suspend(handle h) {
      queue->waiters.push_back(h);
      leave();
    }
    void leave() { lock->unlock(); }
    void await_resume() { std::lock(*lock, queue->inner); }
  };
  struct elsewhere {
    std::mutex &lock;
    bool await_ready();
    void await_suspend(handle);
    void await_resume();
  };
  struct forever { // and does not take it again
    std::mutex &lock;
    bool await_ready() { return false; }
    void await_suspend(handle) { lock.unlock(); }
    void await_resume() {}
  };
  struct through_unique {
    wait_queue *queue;
    std::unique_lock<std::mutex> &lock;
    bool await_ready() { return false; }
    void await_suspend(handle h) {
      queue->waiters.push_back(h);
      lock.unlock();
    }
    void await_resume() { lock.lock(); }
  };
  struct transfers {
    wait_queue *queue;
    std::mutex &lock;
    bool await_ready() { return false; }
    handle await_suspend(handle h) {
      queue->waiters.push_back(h);
      lock.unlock();
      return std::noop_coroutine();
    }
    void await_resume() { lock.lock(); }
  };
  transfers transferred(std::mutex &lock) { return {this, lock}; }
  struct asks_and_transfers {
    wait_queue *queue;
    std::mutex &lock;
    bool await_ready() { return false; }
    handle await_suspend(handle h) {
      queue->waiters.push_back(h);
      return std::noop_coroutine();
    }
    void await_resume() {}
  };
  asks_and_transfers asked_in_turn(std::mutex &lock) { return {this, lock}; }
  waiting done(std::mutex &lock) { return {this, lock}; }
  reading asked(std::mutex &lock) { return {this, lock}; }
  by_guard noticed(std::mutex &lock) { return by_guard{this, &lock}; }
  elsewhere known(std::mutex &lock) { return {lock}; }
  forever left(std::mutex &lock) { return {lock}; }
  through_unique done(std::unique_lock<std::mutex> &lock) { return {this, lock}; }
  waiting of_guard(std::unique_lock<std::mutex> &lock) { return {this, *lock.mutex()}; }
  waiting nobody();
};
void keep(std::mutex &, handle);
struct handed_on {
  std::mutex &lock;
  bool await_ready() { return false; }
  void await_suspend(handle h) { keep(lock, h); }
  void await_resume() {}
};

struct queues {
  std::mutex guard, other;
  bool locked = false;
  wait_queue queue;

  lazy_task<> not_unlocked() {
    guard.lock();
    co_await queue.asked(guard); // warn: lock-across-suspension "'guard'"
    guard.unlock();
  }
  lazy_task<> not_unlocked_but_transferred() {
    guard.lock();
    co_await queue.asked_in_turn(guard); // warn: lock-across-suspension "'guard'"
    guard.unlock();
  }
  lazy_task<> lends_another() {
    guard.lock();
    other.lock();
    co_await queue.done(other); // warn: lock-across-suspension "'guard'"
    other.unlock();
    guard.unlock();
  }
  lazy_task<> then_works() {
    guard.lock();
    co_await queue.done(guard);
    co_await work(); // warn: lock-across-suspension "'guard'"
    guard.unlock();
  }
  lazy_task<> not_lent() {
    guard.lock();
    co_await queue.nobody(); // warn: lock-across-suspension "'guard'"
    guard.unlock();
  }
  lazy_task<int> result() {
    guard.lock();
    co_await on_suspend{[](handle) {}}; // warn: lock-across-suspension "'guard'"
    guard.unlock();
    co_return 1;
  }
  lazy_task<> keeps_it(std::mutex &lock) {
    co_await work();
    lock.unlock();
    lock.lock();
  }
  lazy_task<> lent_too_late() {
    guard.lock();
    co_await keeps_it(guard); // warn: lock-across-suspension "'guard'"
    guard.unlock();
  }
  lazy_task<> locks_its_own() {
    guard.lock();
    ready();
    guard.unlock();
    co_await work();
  }
  lazy_task<> of_another_object(queues &child) {
    guard.lock();
    co_await child.locks_its_own(); // warn: lock-across-suspension "'guard'"
    guard.unlock();
  }
  lazy_task<> guards_its_own() {
    std::lock_guard lock(guard);
    ready();
    co_return;
  }
  lazy_task<> of_another_guarded(queues &child) {
    std::lock_guard lock(guard);
    co_await child.guards_its_own(); // warn: lock-across-suspension "'lock'"
  }

  // --- Silent ------------------------------------------------------------------------------------------------------

  lazy_task<> lock() {
    guard.lock();
    while (locked) co_await queue.done(guard);
    locked = true;
    guard.unlock();
  }
  lazy_task<> by_transfer() {
    guard.lock();
    while (locked) co_await queue.transferred(guard);
    guard.unlock();
  }
  lazy_task<> made_before() {
    guard.lock();
    auto waits = queue.done(guard);
    co_await waits;
    guard.unlock();
  }
  lazy_task<> made_here() {
    guard.lock();
    co_await wait_queue::waiting{&queue, guard};
    guard.unlock();
  }
  lazy_task<> by_pointer_and_helper() {
    guard.lock();
    co_await queue.noticed(guard);
    guard.unlock();
  }
  lazy_task<> declared_only() {
    guard.lock();
    co_await queue.known(guard);
    guard.unlock();
  }
  lazy_task<> passed_on() {
    guard.lock();
    co_await handed_on{guard};
    guard.unlock();
  }
  lazy_task<> given_up() {
    guard.lock();
    co_await queue.left(guard);
    co_await work();
  }
  lazy_task<> under_guard() {
    std::lock_guard lock(guard);
    while (locked) co_await queue.done(guard);
  }
  lazy_task<> unique() {
    std::unique_lock lock(guard);
    while (locked) co_await queue.done(lock);
    locked = true;
  }
  lazy_task<> of_unique() {
    std::unique_lock lock(guard);
    while (locked) co_await queue.of_guard(lock);
  }
  struct unlocks_owner {
    queues &of;
    bool await_ready() { return false; }
    void await_suspend(handle h) {
      of.queue.waiters.push_back(h);
      of.guard.unlock();
    }
    void await_resume() { of.guard.lock(); }
  };
  lazy_task<> by_owner() {
    guard.lock();
    co_await unlocks_owner{*this};
    guard.unlock();
  }
  template <class Function> struct on_suspend {
    Function function;
    bool await_ready() { return false; }
    void await_suspend(handle h) { function(h); }
    void await_resume() {}
  };
  lazy_task<> in_closure() {
    guard.lock();
    co_await on_suspend{[this](handle h) {
      queue.waiters.push_back(h);
      guard.unlock();
    }};
    co_await work();
  }

  // --- Silent: coroutines that unlock -------------------------------------------------------------------------------

  lazy_task<> wait(std::mutex &lock) {
    lock.unlock();
    co_await work();
    lock.lock();
  }
  lazy_task<> wait(std::unique_lock<std::mutex> &lock) {
    while (locked) {
      lock.unlock();
      co_await work();
      lock.lock();
    }
  }
  lazy_task<> wait_on(std::mutex &lock) { co_await wait(lock); }
  lazy_task<> wait_elsewhere(std::mutex &lock);
  lazy_task<> without_lock() {
    guard.unlock();
    co_await work();
    guard.lock();
  }
  lazy_task<> adopting(std::mutex &lock) {
    std::unique_lock taken(lock, std::adopt_lock);
    taken.unlock();
    co_await work();
  }
  lazy_task<> by_coroutine() {
    guard.lock();
    co_await wait(guard);
    guard.unlock();
  }
  lazy_task<> by_unique_coroutine() {
    std::unique_lock lock(guard);
    co_await wait(lock);
  }
  lazy_task<> by_two() {
    guard.lock();
    co_await wait_on(guard);
    guard.unlock();
  }
  lazy_task<> by_coroutine_elsewhere() {
    guard.lock();
    co_await wait_elsewhere(guard);
    guard.unlock();
  }
  lazy_task<> by_own_member() {
    guard.lock();
    co_await without_lock();
    guard.unlock();
  }
  lazy_task<> by_adopting() {
    guard.lock();
    co_await adopting(guard);
  }
};
