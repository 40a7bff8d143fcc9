// What an event loop needs to know about the threads that it hands blocking work to.
#pragma once

#include <cstddef>

#include "coroguard/base/callback.hpp"

namespace coroguard {

// Runs work outside the event loop (concurrent.futures.Executor). All members may be called from any thread.
class executor {
public:
  executor() = default;
  executor(const executor&) = delete;
  executor& operator=(const executor&) = delete;
  virtual ~executor() = default;

  // Queues `work`, to be called once in another thread. An exception that leaves it is logged and dropped.
  // Work that will not run any more (see `shutdown`) is destroyed without having been called.
  // Throws runtime_error "cannot schedule new futures after shutdown".
  virtual void post(callback<void()> work) = 0;

  // Refuses work from now on. What is queued still runs, unless `cancel_futures` drops it; what runs is never
  // interrupted. With `wait`, returns when all threads have ended. May be called again.
  virtual void shutdown(bool wait = true, bool cancel_futures = false) = 0;

  // How much work runs or is queued, for debug mode; 0 when that is not known.
  virtual std::size_t unfinished() const { return 0; }
};

}  // namespace coroguard
