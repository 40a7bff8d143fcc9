#include "coroguard/base/fork_safe_mutex.hpp"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <new>

namespace coroguard {

// Lists without a lock: a mutex may be made while others are held, or while a fork holds all of them.
struct locks_of_fork {
  static inline constinit std::atomic<fork_safe_mutex*> newest{nullptr};
  static inline constinit std::atomic<child_of_fork*> actions{nullptr};
  static inline constinit std::mutex one_fork;                   // two threads may fork at once
  static inline constinit fork_safe_mutex* newest_held = nullptr;  // under one_fork

  template <class Node>
  static void push(std::atomic<Node*>& list, Node& added) noexcept {
    added.next_ = list.load(std::memory_order_relaxed);
    while (!list.compare_exchange_weak(added.next_, &added, std::memory_order_release)) {
    }
  }

  static void take_all() {
    one_fork.lock();
    newest_held = newest.load(std::memory_order_acquire);
    for (const fork_rank rank : {fork_rank::outer, fork_rank::inner})
      for (fork_safe_mutex* one = newest_held; one != nullptr; one = one->next_)
        if (one->rank_ == rank) one->lock();
  }
  static void release_all() {
    for (fork_safe_mutex* one = newest_held; one != nullptr; one = one->next_) one->unlock();
    one_fork.unlock();
  }
  static void begin_child() {
    // Another thread made them meanwhile, and may have them.
    for (fork_safe_mutex* one = newest.load(); one != newest_held; one = one->next_)
      new (static_cast<own_mutex*>(one)) own_mutex;
    for (const child_of_fork* one = actions.load(); one != nullptr; one = one->next_) one->action_();
    release_all();
  }
};

namespace {

// Before other objects with static storage: handlers that are registered later, a user's, run without our locks.
[[gnu::init_priority(101), maybe_unused]] const struct handlers {
  handlers() { ::pthread_atfork(locks_of_fork::take_all, locks_of_fork::release_all, locks_of_fork::begin_child); }
} registered;

}  // namespace

fork_safe_mutex::fork_safe_mutex(fork_rank rank) noexcept : rank_(rank) {
  locks_of_fork::push(locks_of_fork::newest, *this);
}

child_of_fork::child_of_fork(void (*action)() noexcept) noexcept : action_(action) {
  locks_of_fork::push(locks_of_fork::actions, *this);
}

}  // namespace coroguard
