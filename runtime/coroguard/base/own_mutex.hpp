// Locks of the library itself, which a loop's thread may have to wait for while a thread that holds one is preempted. The user
// can do nothing about it, so debug mode does not report such waits as blocking-call. For the library alone.
#pragma once

#include <mutex>

namespace coroguard {

// How many own_waits live in this thread.
inline constinit thread_local int own_waits_here = 0;

// While it lives, what the thread waits for is the library's own: a lock, or an object with static storage that another thread
// is making. Nothing that a user wrote is called meanwhile. Never throws.
class own_wait {
public:
  own_wait() noexcept { ++own_waits_here; }
  ~own_wait() { --own_waits_here; }
  own_wait(const own_wait&) = delete;
};

// For conditions a std::unique_lock<std::mutex> takes it: the wait for a condition is one that the caller asked for.
class own_mutex : public std::mutex {
public:
  void lock() {
    if (try_lock()) return;
    const own_wait waiting;
    std::mutex::lock();
  }
};

}  // namespace coroguard
