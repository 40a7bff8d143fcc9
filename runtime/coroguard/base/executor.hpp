// Where blocking work goes: anything that runs callables in other threads.
#pragma once

#include "coroguard/base/callback.hpp"

namespace coroguard {

// All members may be called by any thread.
class executor {
public:
  virtual ~executor() = default;
  // Runs `work` in some thread, once; what it throws is the executor's to report. Throws runtime_error after shutdown ("cannot
  // schedule new futures after shutdown").
  virtual void post(callback<void()> work) = 0;
  // Takes no more work. With `wait`, returns when all threads have ended; with `cancel_futures`, drops what has not begun.
  virtual void shutdown(bool wait = true, bool cancel_futures = false) = 0;
};

}  // namespace coroguard
